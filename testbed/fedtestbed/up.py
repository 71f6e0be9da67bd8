"""From a bare Debian 12, or from where an earlier `up` was left, to a running federation. Safe to repeat.

Nearly all of it is Python starting up, so whatever does not need one another runs side by side.
"""
import functools
import time

from . import (apache, breaking, certificates, configuration, databases, front, identity, keystone, messaging, saml,
               services, swift)
from .breakage import broken
from .clouds import CLOUDS, REGIONS, SWIFT
from .processes import log, together


def for_each(items, job):
    return [functools.partial(job, item) for item in items]


def configure():
    certificates.authority()
    for cloud in CLOUDS:
        keystone.configure(cloud)
    for region in REGIONS:
        configuration.configure(region)
    saml.publish_home()
    for cloud in CLOUDS:
        apache.configure(cloud)
        if cloud.tls:
            front.configure(cloud)


def start_identity(cloud):
    keystone.bootstrap(cloud)
    apache.start_server(cloud)
    if cloud.tls:
        front.start_unless_running(cloud)
    identity.set_up(cloud)


def start_services(cloud):
    services.start_all(cloud)
    if cloud is SWIFT and "swift" in cloud.services:
        swift.start_all()
    services.wait_all(cloud)
    services.defaults(cloud)
    log(f"{cloud.name} is up")


def up(wanted):
    """Start the federation with these services, of which every cloud has those that it offers."""
    began = time.time()
    log("writing configuration, starting MariaDB and RabbitMQ")
    together(configure, databases.start_server, messaging.start_server)
    log("migrating Keystone's database")
    databases.prepare("keystone")
    log("starting Keystones, migrating the other databases")
    with_databases = [service for service in wanted if service in databases.DATABASES]
    together(*for_each(CLOUDS, start_identity), *for_each(with_databases, databases.prepare))
    for cloud in CLOUDS:
        if broken(cloud):
            breaking.mend(cloud)
    log("starting services")
    together(*for_each(REGIONS, start_services))
    log(f"up in {time.time() - began:.0f}s")
