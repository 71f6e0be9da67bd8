"""Debian's tempest: its tests for users of volumes, images, identity and networks, and of compute without guests."""
import json

from . import users
from .clouds import ADMIN_PASSWORD, HOME, TESTERS, USERS

DEBIAN = ["tempest"]
PACKAGES = [f"tempest.api.{name}" for name in ("volume", "image", "identity", "network", "compute")]
# Administrators' tests, and what the testbed has not got: servers with a network, volumes with bytes, old versions
EXCEPT = "|".join((
    r"\.test_(attach_detach_volume_to_instance|get_volume_attachment|volume_upload|volume_extend\w*)$",
    r"\.test_create_from_bootable_volume$|\.VolumesImageMetadata\.",
    r"\.admin\.", r"identity\.v2", r"image\.v1", r"compute\.(certificates|floating_ips|volumes)",
    r"compute\.servers\.(?!test_(availability_zone|server_group)\.)",
    r"compute\.images\.test_(images|images_oneserver\w*|list_image_filters)\."))
# Why some pass at one cloud and cannot in a federation
REASONS = {
    r"\.test_delete_security_group_rule_with_non_existent_id$": "Nova has no GET for its rules, so no cloud can say "
    "that it has a rule which fed has not seen being made; a deletion that could be meant for four scopes is refused "
    "with 400, and sent to none of them",
}


def account(user, password, project, **more):
    return {"username": user, "password": password, "project_name": project, "user_domain_name": "Default",
            "project_domain_name": "Default", "domain_name": "Default", **more}


def samples():
    """Two of dave's images, and the flavors."""
    session = users.connect(users.password("dave"))

    def ids(kind, path, key):
        found = session.get(path, endpoint_filter={"service_type": kind, "interface": "public"}).json()[key]
        return [item["id"] for item in sorted(found, key=lambda item: item["name"])][:2]

    return ids("image", "/v2/images?owner=" + session.get_project_id(), "images") + ids(
        "compute", "/flavors", "flavors")


def prepare(keystone, folder):
    """tempest.conf, and accounts that are there already, for a cloud with this Keystone."""
    accounts = [account(user, *USERS[user], roles=["member"]) for user in TESTERS]
    accounts.append(account("admin", ADMIN_PASSWORD, "admin", types=["admin"]))
    (folder / "accounts.yaml").write_text(json.dumps(accounts))  # which is YAML too
    image, other_image, flavor, other_flavor = samples()
    # with the least microversions given, every request of compute and volume has one, and every answer's is checked
    (folder / "tempest.conf").write_text(f"""
[DEFAULT]
log_file = tempest.log
log_dir = {folder}
debug = true
[oslo_concurrency]
lock_path = {folder}
[auth]
use_dynamic_credentials = false
test_accounts_file = {folder}/accounts.yaml
create_isolated_networks = false
tempest_roles = member
[identity]
uri_v3 = {keystone}
auth_version = v3
region = {HOME.region}
v3_endpoint_type = public
[identity-feature-enabled]
api_v2 = false
access_rules = true
application_credentials = true
[compute]
image_ref = {image}
image_ref_alt = {other_image}
flavor_ref = {flavor}
flavor_ref_alt = {other_flavor}
build_timeout = 30
min_microversion = 2.1
max_microversion = 2.93
[validation]
run_validation = false
[volume]
build_timeout = 30
min_microversion = 3.0
max_microversion = 3.70
storage_protocol = fake
vendor_name = fake
[volume-feature-enabled]
backup = false
[image]
build_timeout = 30
[image-feature-enabled]
import_image = false
[network]
floating_network_name =
build_timeout = 30
[network-feature-enabled]
floating_ips = false
api_extensions = {",".join(extensions())}
[service_available]
cinder = true
neutron = true
glance = true
nova = true
swift = false
""")
    return {"TEMPEST_CONFIG_DIR": str(folder), "TEMPEST_CONFIG": "tempest.conf"}


def extensions():
    session = users.connect(users.password("dave"))
    found = session.get("/v2.0/extensions", endpoint_filter={"service_type": "network", "interface": "public"})
    return [extension["alias"] for extension in found.json()["extensions"]]
