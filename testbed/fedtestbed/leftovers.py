"""What other projects' tests leave at home, and why some then fail at the next run: taken away, as home's administrator.

Everything that the tests name has a prefix of theirs, except services in the catalog, domains and credentials.
"""
import time

from keystoneauth1.identity import v3

from .clouds import ADMIN_PASSWORD, HOME, TESTERS, USERS
from .keystone import Keystone
from .processes import Failed
from .users import connect

PREFIXES = ("openstack.tests.functional.", "tempest-")
TYPE_OF_TESTS = "test_type"
SECONDS = 60
# service, path of the list, its key, path of one where that is another: what uses something comes before it
KINDS = (
    ("compute", "/servers?all_tenants=1", "servers", "/servers"),
    ("block-storage", "/group_snapshots/detail?all_tenants=1", "group_snapshots", "/group_snapshots"),
    ("block-storage", "/snapshots?all_tenants=1", "snapshots", "/snapshots"),
    ("block-storage", "/groups/detail?all_tenants=1", "groups", "/groups"),
    ("block-storage", "/volumes?all_tenants=1", "volumes", "/volumes"),
    ("block-storage", "/group_types", "group_types", "/group_types"),
    ("block-storage", "/types", "volume_types", "/types"),
    ("network", "/v2.0/networks", "networks", "/v2.0/networks"),
    ("network", "/v2.0/security-groups", "security_groups", "/v2.0/security-groups"),
    ("image", "/v2/images", "images", "/v2/images"),
    ("identity", "/services", "services", "/services"),
    ("identity", "/domains", "domains", "/domains"),
)
VERSIONS = {"block-storage": "volume 3.60"}


def of_tests(key, item):
    if key == "domains":
        return item["id"] != "default"
    if key == "services":
        return item["type"] == TYPE_OF_TESTS
    return (item.get("name") or "").startswith(PREFIXES)


class Home:
    def __init__(self):
        self.session = connect(v3.Password(
            HOME.keystone, username="admin", password=ADMIN_PASSWORD, user_domain_id="default", project_name="admin",
            project_domain_id="default"))

    def call(self, service, method, path, body=None, ok=()):
        headers = {"OpenStack-API-Version": VERSIONS[service]} if service in VERSIONS else {}
        response = self.session.request(path, method, json=body, headers=headers, raise_exc=False, endpoint_filter={
            "service_type": service, "interface": "public"})
        if not response.ok and response.status_code not in ok:
            raise Failed(f"home: {method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content and "json" in response.headers.get("Content-Type", "") else {}

    def left(self, service, path, key):
        return [item for item in self.call(service, "GET", path)[key] if of_tests(key, item)]

    def delete(self, service, key, path):
        if key == "groups":
            self.call(service, "POST", f"{path}/action", {"delete": {"delete-volumes": True}}, ok=(404,))
            return
        if key == "domains":
            self.call(service, "PATCH", path, {"domain": {"enabled": False}})
        if key == "networks":
            self.unplug(path.rpartition("/")[2])
        self.call(service, "DELETE", path, ok=(404,))

    def unplug(self, network):
        """Routers' ports are taken from their router: they cannot be deleted."""
        for port in self.call("network", "GET", f"/v2.0/ports?network_id={network}")["ports"]:
            if port["device_owner"].startswith("network:router"):
                self.call("network", "PUT", f"/v2.0/routers/{port['device_id']}/remove_router_interface",
                          {"port_id": port["id"]}, ok=(404,))
            else:
                self.call("network", "DELETE", f"/v2.0/ports/{port['id']}", ok=(404,))


def clean_credentials(user):
    """tempest's tests of access rules count them, and a credential that is left keeps its rules from being deleted."""
    k = Keystone(HOME, user, *USERS[user])
    for kind in ("application_credentials", "access_rules"):
        path = f"/users/{k.access['user']['id']}/{kind}"
        for found in k.call("GET", path)[kind]:
            k.call("DELETE", f"{path}/{found['id']}")


def clean():
    """Each kind is gone before what it used is deleted. Nova and Cinder answer first and delete afterwards."""
    home = Home()
    for service, path, key, one in KINDS:
        left = home.left(service, path, key)
        for item in left:
            home.delete(service, key, f"{one}/{item['id']}")
        deadline = time.monotonic() + SECONDS
        while left and (left := home.left(service, path, key)):
            if time.monotonic() > deadline:
                raise Failed(f"home: still there after being deleted: {key} {', '.join(item['id'] for item in left)}")
            time.sleep(0.5)
    for user in TESTERS:
        clean_credentials(user)
