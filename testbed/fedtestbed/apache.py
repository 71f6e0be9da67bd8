"""Each cloud's Apache: Keystone and Placement under mod_wsgi, and the SAML side of a service provider."""
import pathlib

from . import saml
from .clouds import PORTS
from .processes import pid_of, start, wait_port
from .state import LOG, RUN, write

FOLDER = pathlib.Path("/usr/lib/apache2/modules")
MODULES = """mpm_event authn_core authz_core authz_user authz_host env setenvif unixd wsgi headers alias dir
mime""".split()

APPLICATIONS = {
    "keystone": """
os.environ["OS_KEYSTONE_CONFIG_FILES"] = "{etc}/keystone.conf"
os.environ["OS_KEYSTONE_CONFIG_DIR"] = "{etc}"
from keystone.server.wsgi import initialize_public_application
application = initialize_public_application()
""",
    "placement": """
os.environ["OS_PLACEMENT_CONFIG_DIR"] = "{etc}"
from placement.wsgi import init_application
application = init_application()
"""}


def general(name, folder, address, modules):
    """The part that every Apache of the testbed begins with."""
    # a module without a file is built into Debian's binary
    loads = "\n".join(f"LoadModule {m}_module {FOLDER}/mod_{m}.so" for m in modules
                      if (FOLDER / f"mod_{m}.so").exists())
    return f"""
ServerRoot {folder}
PidFile {RUN}/{name}.apache-pid
ErrorLog {LOG}/{name}-error.log
LogFormat "%t %a \\"%r\\" %>s %b %Dus" short
CustomLog {LOG}/{name}-access.log short
ServerName {address}
Mutex file:{folder}/tmp default
User www-data
Group www-data
{loads}
"""


def virtual_host(cloud, service, extra=""):
    etc = cloud.dir / "etc"
    write(etc / f"{service}.wsgi", "import os\n" + APPLICATIONS[service].format(etc=etc).lstrip())
    # One process with threads: Keystone's cache lives in its process, and two would disagree after every change.
    # Behind TLS, Apache has to think of itself as its users do: mellon compares the assertion's addresses with it.
    public = "UseCanonicalName On\n  SetEnvIf X-Forwarded-Proto https HTTPS=on" if cloud.tls else ""
    return f"""
Listen {cloud.inside}:{PORTS[service]}
<VirtualHost {cloud.inside}:{PORTS[service]}>
  ServerName {cloud.url(service)}
  {public}
  WSGIDaemonProcess {service} processes=1 threads=4 display-name={cloud.name}-{service} user={service} group={service}
  WSGIProcessGroup {service}
  WSGIScriptAlias / {etc}/{service}.wsgi
  WSGIApplicationGroup %{{GLOBAL}}
  WSGIPassAuthorization On
  LimitRequestBody 1048576
  <Directory {etc}>
    Require all granted
  </Directory>
{extra}
</VirtualHost>"""


def configure(cloud):
    for_server, for_keystone = saml.configure(cloud)
    text = general(f"{cloud.name}-apache", cloud.dir, cloud.inside, MODULES) + f"""
TypesConfig /etc/mime.types
WSGISocketPrefix {cloud.dir}/tmp/wsgi
{for_server}
{virtual_host(cloud, "keystone", for_keystone)}
"""
    if "placement" in cloud.services:
        text += virtual_host(cloud, "placement")
    write(cloud.dir / "etc/apache.conf", text)


def run(name, configuration, *ports):
    """Start an Apache and wait for its (address, port) pairs."""
    if not pid_of(name):
        (RUN / f"{name}.apache-pid").unlink(missing_ok=True)  # one that a kill left behind would keep it from starting
    start(name, "apache2", "-D", "FOREGROUND", "-f", configuration, env={"LANG": "C.UTF-8"})
    for address, port in ports:
        wait_port(address, port, name)


def start_server(cloud):
    if cloud.saml == "shib":
        saml.start_shibd(cloud)
    run(f"{cloud.name}-apache", cloud.dir / "etc/apache.conf", (cloud.inside, PORTS["keystone"]))
