"""A user of the federation, by way of keystoneauth: credentials at home, and sessions everywhere."""
from keystoneauth1 import session
from keystoneauth1.identity import v3

from .clouds import APP_CREDENTIAL, HOME, SPS, USERS, more_regions
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
    """(region, project name, session) for every project that the user reaches, in each region of its cloud."""
    base = password(user)
    yield HOME, USERS[user][1], connect(base)
    for sp in SPS:
        for name, project_id in projects(at(base, sp), sp).items():
            for region in (sp, *more_regions(sp)):
                yield region, name, at(base, sp, project_id)


def catalog(scoped, region):
    """The types of the services that the session's project is offered in the region."""
    return {service["type"] for service in scoped.auth.get_access(scoped).service_catalog.catalog
            if any(endpoint["region"] == region.region for endpoint in service["endpoints"])}
