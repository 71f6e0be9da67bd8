"""The services beside Keystone: start them, wait for them, and make what an operator would before users come."""
import pathlib
import sys

import requests

from .clouds import PORTS, Region
from .databases import sql
from .keystone import Keystone
from .processes import start, wait_for, wait_port
from .state import CA

QUOTAS = {
    "volumev3": {"volumes": 500, "gigabytes": 5000, "snapshots": 100},
    "compute": {"instances": 200, "cores": 500, "ram": 1000000},
}
# A whole Cinder in one program, which a further region has.
CINDER = pathlib.Path(__file__).with_name("cinder_all.py")
# service: its programs; the first is the API. Placement runs in the cloud's Apache, Swift has a file of its own.
PROGRAMS = {
    "glance": ["glance-api"],
    "cinder": ["cinder-api", "cinder-scheduler", "cinder-volume"],
    "nova": ["nova-api", "nova-conductor", "nova-scheduler", "nova-compute"],
    "neutron": ["neutron-server"],
}
CONFIGURATION = {"glance": ["glance-api.conf"], "cinder": ["cinder.conf"], "nova": ["nova.conf"],
                 "neutron": ["neutron.conf", "ml2.ini"]}


def programs(cloud, service):
    """Its programs at this cloud: the name of each, and how to call it."""
    if isinstance(cloud, Region):
        return {service: (sys.executable, CINDER)}
    return {program: (program,) for program in PROGRAMS.get(service, ())}


def start_all(cloud):
    for service in cloud.services:
        files = [cloud.dir / "etc" / file for file in CONFIGURATION.get(service, ())]
        options = [word for file in files for word in ("--config-file", file)]
        for program, call in programs(cloud, service).items():
            start(f"{cloud.name}-{program}", *call, *options)


def wait_all(cloud):
    for service in cloud.services:
        if service in PROGRAMS:
            wait_port(cloud.inside, PORTS[service], f"{cloud.name}-{next(iter(programs(cloud, service)))}")
    if "nova" in cloud.services:
        wait_for(f"{cloud.name}-nova-scheduler", lambda: has_host(cloud), "finds no host for servers", seconds=240)


def has_host(cloud):
    """Servers fail until the scheduler has put the host into a cell and Placement knows what it has."""
    hosts, inventories = cloud.db("nova_api"), cloud.db("placement")
    return sql(f"select exists(select * from {hosts}.host_mappings) and exists(select * from {inventories}.inventories)"
               ).strip() == "1"


class Admin:
    """The services of one cloud, called by its administrator."""

    def __init__(self, cloud):
        self.keystone = Keystone(cloud)
        self.catalog = {service["type"]: endpoint["url"] for service in self.keystone.access["catalog"]
                        for endpoint in service["endpoints"] if endpoint["region"] == cloud.region}
        self.http = requests.Session()
        self.http.trust_env = False  # REQUESTS_CA_BUNDLE would win over `verify`
        self.http.verify = str(CA)
        self.http.headers["X-Auth-Token"] = self.keystone.token

    def call(self, method, kind, path, body=None):
        response = self.http.request(method, self.catalog[kind] + path, json=body)
        response.raise_for_status()
        return response.json()

    def ensure(self, kind, path, key, name, **body):
        if name not in [found["name"] for found in self.call("GET", kind, path)[key + "s"]]:
            self.call("POST", kind, path, {key: {"name": name, **body}})


def defaults(cloud):
    """A volume type, flavors, and room for the samples in every project."""
    admin = Admin(cloud)
    admin.ensure("volumev3", "/types", "volume_type", "standard")
    if "nova" in cloud.services:
        admin.ensure("compute", "/flavors", "flavor", "m1.tiny", ram=512, vcpus=1, disk=1)
        admin.ensure("compute", "/flavors", "flavor", "m1.small", ram=2048, vcpus=1, disk=1)
    for project in admin.keystone.call("GET", "/projects")["projects"]:
        for kind, quota in QUOTAS.items():
            if kind in admin.catalog:
                admin.call("PUT", kind, f"/os-quota-sets/{project['id']}", {"quota_set": quota})
