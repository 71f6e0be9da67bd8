"""The functional tests of openstacksdk, which Debian ships with it."""
from .clouds import ADMIN_PASSWORD, HOME, USERS

DEBIAN = ["python3-openstacksdk", "python3-oslotest", "python3-fixtures", "python3-testtools"]
PACKAGES = [f"openstack.tests.functional.{name}" for name in (
    "block_storage.v3", "compute", "image", "network", "identity", "cloud", "object_store")]
# What the testbed has not got: services, and servers with a network, which the fake drivers cannot give them
EXCEPT = "|".join((
    r"\.test_(clustering|stack|coe_clusters|cluster_templates|magnum_services|recordset|zone)\.", r"v2\.test_server\.",
    r"cloud\.test_(floating_ip|inventory)\.", r"cloud\.test_compute\.TestCompute\.test_(attach|create|set|update)_",
    r"cloud\.test_compute\.TestCompute\.test_(list_all_servers|get_server_console|get_server_console_name_or_id)$"))
# Why some pass at one cloud and cannot in a federation
REASONS = {
    r"test_range_search\.": "it expects the flavors of one Nova, and finds those of every Nova of the federation",
}
# The names that the tests look for
WHO = {"devstack": "dave", "devstack-alt": "erin", "devstack-admin": "admin"}
ACCOUNTS = {**USERS, "admin": (ADMIN_PASSWORD, "admin")}


def entry(name, user, keystone):
    password, project = ACCOUNTS[user]
    return f"""
  {name}:
    auth:
      auth_url: {keystone}
      username: {user}
      password: {password}
      user_domain_name: Default
      project_name: {project}
      project_domain_name: Default
    region_name: {HOME.region}
    identity_api_version: 3
"""


def prepare(keystone, folder):
    """Settings for a cloud with this Keystone, as variables."""
    file = folder / "clouds.yaml"
    file.write_text("clouds:" + "".join(entry(name, user, keystone) for name, user in WHO.items()))
    return {"OS_CLIENT_CONFIG_FILE": str(file), "OS_CLOUD": "devstack-admin", "OPENSTACKSDK_FLAVOR": "m1.tiny",
            "OPENSTACKSDK_IMAGE": "image-testing-0", "OPENSTACKSDK_FUNC_TEST_TIMEOUT": "30",
            "OS_LOG_CAPTURE": "1"}
