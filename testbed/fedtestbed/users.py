"""A user of the federation, by way of keystoneauth: credentials at home, and sessions everywhere."""
from keystoneauth1 import session
from keystoneauth1.identity import v3

from .clouds import APP_CREDENTIAL, HOME, SPS, USERS
from .state import CA


def password(user):
    secret, project = USERS[user]
    return v3.Password(HOME.keystone, username=user, password=secret, user_domain_id="default", project_name=project,
                       project_domain_id="default")


def application_credential():
    name, secret = APP_CREDENTIAL
    return v3.ApplicationCredential(HOME.keystone, application_credential_name=name,
                                    application_credential_secret=secret, username="alice", user_domain_id="default")


def connect(auth):
    return session.Session(auth=auth, verify=str(CA))


def at(base, sp, project_id=None):
    return connect(v3.Keystone2Keystone(base, sp.name, project_id=project_id))


def projects(unscoped, sp):
    return {p["name"]: p["id"] for p in unscoped.get(f"{sp.keystone}/auth/projects").json()["projects"]}


def scopes(user):
    """(cloud name, project name, session) for every project that the user reaches."""
    base = password(user)
    yield "home", USERS[user][1], connect(base)
    for sp in SPS:
        for name, project_id in projects(at(base, sp), sp).items():
            yield sp.name, name, at(base, sp, project_id)


def catalog(scoped):
    """The types of the services that the session's project is offered."""
    return {entry["type"] for entry in scoped.auth.get_access(scoped).service_catalog.catalog}
