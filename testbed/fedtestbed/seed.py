"""Put a user's sample resources on every cloud, through K2K at the service providers. Safe to repeat: tops up by name.

Per project: 3 images and 4 volumes; with Nova 3 servers; with Neutron a network with a subnet, a router and a security
group; with Swift 3 containers of 5 objects. At sp-a's `research-one` 70 volumes, more than two pages of 25. In a
further region only what it does not share: in RegionB2 2 volumes.
"""
import os
import time

from .clouds import CLOUDS
from .processes import Failed, log, together
from .users import catalog, scopes

VOLUMES = {("sp-a", "research-one"): 70, ("sp-b2", "lab"): 2}
FEW_VOLUMES = 4


class Project:
    def __init__(self, region, name, session):
        self.region, self.name, self.session = region, name, session

    def __str__(self):
        return f"{self.region.name}/{self.name}"

    def api(self, kind, method, path, body=None, **kw):
        response = self.session.request(path, method, json=body, raise_exc=False,
                                        endpoint_filter={
                                            "service_type": kind, "interface": "public",
                                            "region_name": self.region.region}, **kw)
        if not response.ok:
            raise Failed(f"{self}: {method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content and "json" in response.headers.get("Content-Type", "") else {}

    def pages(self, kind, path, key):
        marker = ""
        while True:
            page = self.api(kind, "GET", f"{path}{'?marker=' + marker if marker else ''}")
            yield from page[key]
            if not page.get(f"{key}_links"):
                return
            marker = page[key][-1]["id"]

    def find(self, kind, path, key, name):
        """Those of exactly that name: Nova's filter is a pattern."""
        return [found for found in self.api(kind, "GET", f"{path}?name={name}")[key] if found["name"] == name]

    def ensure(self, kind, path, key, name, body, **kw):
        """The resource of that name, made if it is not there."""
        found = self.find(kind, path, key + "s", name)
        return found[0] if found else self.api(kind, "POST", path, {key: {"name": name, **body}}, **kw)[key]

    def seed(self):
        kinds = catalog(self.session, self.region)
        if "glance" not in self.region.shares:
            self.images()
        self.volumes()
        if "network" in kinds:
            self.networks()
        if "compute" in kinds:
            self.servers()
        if "object-store" in kinds:
            self.objects()
        self.wait("volumev3", "/volumes/detail", "volumes", {"available", "in-use"})
        if "compute" in kinds:
            self.wait("compute", "/servers/detail", "servers", {"ACTIVE"})
        log(f"seeded {self}")

    def images(self):
        for i in range(3):
            name = f"image-{self.name}-{i}"
            if not self.find("image", "/v2/images", "images", name):
                image = self.api("image", "POST", "/v2/images",
                                 {"name": name, "disk_format": "raw", "container_format": "bare"})
                self.api("image", "PUT", f"/v2/images/{image['id']}/file", data=os.urandom(64 * 1024),
                         headers={"Content-Type": "application/octet-stream"})

    def volumes(self):
        have = {volume["name"] for volume in self.pages("volumev3", "/volumes", "volumes")}
        place = self.name if self.region in CLOUDS else f"{self.name}-{self.region.region.lower()}"
        for i in range(VOLUMES.get((self.region.name, self.name), FEW_VOLUMES)):
            name = f"vol-{place}-{i}"
            if name not in have:
                self.api("volumev3", "POST", "/volumes", {"volume": {"name": name, "size": 1}})

    def networks(self):
        net = self.ensure("network", "/v2.0/networks", "network", f"net-{self.name}", {})["id"]
        subnet = self.ensure("network", "/v2.0/subnets", "subnet", f"sub-{self.name}",
                             {"network_id": net, "ip_version": 4, "cidr": "10.1.0.0/24"})["id"]
        router = self.ensure("network", "/v2.0/routers", "router", f"router-{self.name}", {})["id"]
        if not self.api("network", "GET", f"/v2.0/ports?device_id={router}")["ports"]:
            self.api("network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": subnet})
        self.ensure("network", "/v2.0/security-groups", "security_group", f"sg-{self.name}", {})

    def servers(self):
        image = self.find("image", "/v2/images", "images", f"image-{self.name}-0")[0]["id"]
        flavor = self.api("compute", "GET", "/flavors")["flavors"][0]["id"]
        for i in range(3):
            self.ensure("compute", "/servers", "server", f"vm-{self.name}-{i}",
                        {"flavorRef": flavor, "imageRef": image, "networks": "none"},
                        headers={"OpenStack-API-Version": "compute 2.37"})

    def objects(self):
        for c in range(3):
            self.api("object-store", "PUT", f"/container-{c}")
            for o in range(5):
                self.api("object-store", "PUT", f"/container-{c}/object-{o}", data=b"x" * 1000)

    def wait(self, kind, path, key, ready):
        """Until every resource there is ready; one that has failed is a failure here."""
        deadline = time.time() + 180
        while unready := {f["name"]: f["status"] for f in self.pages(kind, path, key) if f["status"] not in ready}:
            if time.time() > deadline or not set(unready.values()) <= {"creating", "BUILD"}:
                raise Failed(f"{self}: not ready: {unready}")
            time.sleep(1)


def seed(user):
    began = time.time()
    together(*[Project(*scope).seed for scope in scopes(user)])
    log(f"every volume and server is ready, in {time.time() - began:.0f}s")
