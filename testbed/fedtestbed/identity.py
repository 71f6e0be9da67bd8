"""What is registered in the clouds' Keystones: services and their users, people, and the federation between them."""
from . import saml
from .clouds import APP_CREDENTIAL, FEDERATED_AUTH, GRANTS, HOME, IDP_ENTITY, SERVICE_PASSWORD, SPS, USERS, more_regions
from .keystone import Keystone

# service: its rows in the catalog, as (name, type, what follows host and port)
CATALOG = {
    "keystone": [("keystone", "identity", "/v3")],
    "glance": [("glance", "image", "")],
    "cinder": [("cinderv3", "volumev3", "/v3/$(project_id)s"), ("cinder", "block-storage", "/v3/$(project_id)s")],
    "nova": [("nova", "compute", "/v2.1")],
    "placement": [("placement", "placement", "")],
    "neutron": [("neutron", "network", "")],
    "swift": [("swift", "object-store", "/v1/AUTH_$(project_id)s")],
}
MAPPING = "/OS-FEDERATION/mappings/home"


def set_up(cloud):
    k = Keystone(cloud)
    services(k, cloud)
    for region in more_regions(cloud):
        catalog(k, region, region.shares + region.runs)
    if cloud is HOME:
        people(k)
        for sp in SPS:
            register_provider(k, sp)
        application_credential()
    else:
        trust_home(k, cloud)


def services(k, cloud):
    admin = k.roles()["admin"]
    service_role = k.ensure("role", "service")
    project = k.ensure("project", "service", domain_id="default")
    for service in cloud.services:
        user = k.ensure("user", service, domain_id="default", password=SERVICE_PASSWORD)
        for role in (admin, service_role):
            k.grant(project, role, f"users/{user}")
    catalog(k, cloud, cloud.services)


def catalog(k, region, services):
    for service in services:
        for name, kind, path in CATALOG[service]:
            k.register(name, kind, region.url(service) + path, region.region)


def people(k):
    member = k.roles()["member"]
    for name, (password, project_name) in USERS.items():
        project = k.ensure("project", project_name, domain_id="default")
        user = k.ensure("user", name, domain_id="default", password=password)
        k.grant(project, member, f"users/{user}")


def application_credential():
    """alice's own, in her project, with the roles she has there."""
    password, project = USERS["alice"]
    k = Keystone(HOME, "alice", password, project)
    path = f"/users/{k.access['user']['id']}/application_credentials"
    name, secret = APP_CREDENTIAL
    if not k.call("GET", f"{path}?name={name}")["application_credentials"]:
        k.call("POST", path, {"application_credential": {"name": name, "secret": secret}})


def register_provider(k, sp, enabled=True):
    """Tell home's Keystone `k` about a service provider."""
    k.put(f"/OS-FEDERATION/service_providers/{sp.name}", "service_provider", {
        "enabled": enabled, "sp_url": saml.sp_url(sp), "auth_url": sp.url("keystone") + FEDERATED_AUTH,
        "relay_state_prefix": saml.relay_state_prefix(sp)})


def trust_home(k, cloud):
    """Projects for home's users at a service provider, and the way from an assertion to them."""
    member = k.roles()["member"]
    for user, projects in GRANTS[cloud.name].items():
        group = k.ensure("group", f"federated-{user}", domain_id="default")
        for project in projects:
            k.grant(k.ensure("project", project, domain_id="default"), member, f"groups/{group}")
    k.call("PUT", "/OS-FEDERATION/identity_providers/home", {"identity_provider": {
        "enabled": True, "remote_ids": [IDP_ENTITY], "domain_id": "default"}}, ok=(409,))
    map_users(k, cloud, {user: f"federated-{user}" for user in GRANTS[cloud.name]})
    k.call("PUT", "/OS-FEDERATION/identity_providers/home/protocols/saml2", {"protocol": {"mapping_id": "home"}},
           ok=(409,))


def map_users(k, cloud, groups):
    """Make the cloud's mapping put each of these users, and nobody else, into a group."""
    attribute = saml.user_attribute(cloud)
    k.put(MAPPING, "mapping", {"rules": [
        {"local": [{"user": {"name": "{0}"}}, {"group": {"id": k.ensure("group", group, domain_id="default")}}],
         "remote": [{"type": attribute}, {"type": attribute, "any_one_of": [user]}]}
        for user, group in groups.items()]})
