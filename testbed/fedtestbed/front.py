"""What stands before a provider behind TLS: an Apache that ends TLS and passes requests on to the services inside.

Its users see nothing but this one program, so another in its place is enough to break the provider in many ways,
and to mend it in a moment, while Keystone and the services stay warm behind it.
"""
import pathlib
import sys

from . import apache, certificates
from .clouds import PORTS
from .processes import start, stop, wait_port
from .state import write

MODULES = "mpm_event authz_core unixd headers ssl proxy proxy_http".split()
STAND_IN = pathlib.Path(__file__).with_name("standin.py")


def name(cloud):
    return f"{cloud.name}-front"


def ports(cloud):
    return [PORTS[service] for service in ("keystone", *cloud.services)]


def configure(cloud):
    certificates.server(cloud)
    certificate, key = certificates.server_files(cloud)
    text = apache.general(name(cloud), cloud.dir, cloud.ip, MODULES) + f"""
SSLCertificateFile {certificate}
SSLCertificateKeyFile {key}
RequestHeader set X-Forwarded-Proto https
ProxyPreserveHost On
"""
    for port in ports(cloud):
        text += f"""
Listen {cloud.ip}:{port}
<VirtualHost {cloud.ip}:{port}>
  SSLEngine on
  AllowEncodedSlashes NoDecode
  ProxyPass / http://{cloud.inside}:{port}/ nocanon
</VirtualHost>
"""
    write(cloud.dir / "etc/front.conf", text)


def start_unless_running(cloud):
    apache.run(name(cloud), cloud.dir / "etc/front.conf", *[(cloud.ip, port) for port in ports(cloud)])


def restore(cloud):
    """The front as it should be, whatever stands there now."""
    remove(cloud)
    start_unless_running(cloud)


def replace(cloud, manner):
    """A stand-in that behaves in this manner; see standin.py."""
    remove(cloud)
    start(name(cloud), sys.executable, STAND_IN, manner, *certificates.server_files(cloud), cloud.ip, *ports(cloud))
    for port in ports(cloud):
        wait_port(cloud.ip, port, name(cloud))


def remove(cloud):
    stop(name(cloud))
