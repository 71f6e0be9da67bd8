"""Swift at sp-a: one device, one replica, every server on the cloud's own address."""
import functools
import shutil

from .clouds import PORTS, SWIFT
from .configuration import auth_options
from .processes import sh, start, wait_port
from .state import once, write

STORAGE = {"object": 6200, "container": 6201, "account": 6202}


def ring(builder, port):
    builder.unlink(missing_ok=True)
    sh("swift-ring-builder", builder, "create", 6, 1, 1)
    sh("swift-ring-builder", builder, "add", f"r1z1-{SWIFT.ip}:{port}/d1", 1)
    sh("swift-ring-builder", builder, "rebalance")


def configure():
    """The hash comes from /etc/swift/swift.conf, as packaged: the servers read no other, whatever swift_dir says."""
    base = SWIFT.dir / "swift"
    etc = base / "etc"
    (base / "disks/d1").mkdir(parents=True, exist_ok=True)
    common = f"""
[DEFAULT]
bind_ip = {SWIFT.ip}
bind_port = %d
workers = 0
user = swift
swift_dir = {etc}
devices = {base}/disks
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
"""
    for kind, port in STORAGE.items():
        write(etc / f"{kind}-server.conf", common % port + f"""
[pipeline:main]
pipeline = healthcheck {kind}-server
[filter:healthcheck]
use = egg:swift#healthcheck
[app:{kind}-server]
use = egg:swift#{kind}
""")
        once(f"swift-ring-{kind}", functools.partial(ring, etc / f"{kind}.builder", port))
    write(etc / "proxy-server.conf", common % PORTS['swift'] + f"""
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging listing_formats bulk authtoken keystoneauth copy slo dlo versioned_writes proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
{auth_options(SWIFT, 'swift')}delay_auth_decision = true
""")
    for path in [base, *base.rglob("*")]:
        shutil.chown(path, "swift", "swift")


def start_all():
    configure()
    ports = {**STORAGE, "proxy": PORTS["swift"]}
    for kind in ports:
        start(f"{SWIFT.name}-swift-{kind}", f"swift-{kind}-server", SWIFT.dir / f"swift/etc/{kind}-server.conf", "-v")
    for kind, port in ports.items():
        wait_port(SWIFT.ip, port, f"{SWIFT.name}-swift-{kind}")
