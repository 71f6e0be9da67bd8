"""The configuration files of OpenStack's services, one function each. Keystone's and Swift's are with their servers."""
from . import messaging
from .clouds import SERVICE_PASSWORD, Region
from .state import CA, LOG, write


def auth_options(cloud, user):
    """How a service proves itself to its own Keystone, and checks its users' tokens there."""
    return f"""www_authenticate_uri = {cloud.keystone}
auth_url = {cloud.inside_url('keystone')}/v3
cafile = {CA}
auth_type = password
username = {user}
password = {SERVICE_PASSWORD}
user_domain_name = Default
project_name = service
project_domain_name = Default
region_name = {cloud.region}
"""


def auth_section(section, cloud, user):
    return f"\n[{section}]\n{auth_options(cloud, user)}"


def authtoken(cloud, user):
    return auth_section("keystone_authtoken", cloud, user)


def common(cloud, service):
    broker = "fake:" if isinstance(cloud, Region) else messaging.url(cloud)  # its Cinder is one process
    return f"""
[DEFAULT]
transport_url = {broker}
log_file = {LOG}/{cloud.name}-{service}.log
state_path = {cloud.dir}/{service}
my_ip = {cloud.inside}
host = {cloud.name}
"""


def glance(cloud):
    write(cloud.dir / "etc/glance-api.conf", f"""
[DEFAULT]
log_file = {LOG}/{cloud.name}-glance.log
bind_host = {cloud.inside}
bind_port = 9292
workers = 0
limit_param_default = 25
api_limit_max = 100
public_endpoint = {cloud.url('glance')}
enabled_backends = files:file
[database]
connection = {cloud.db_url('glance')}
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = {cloud.dir}/images
[os_glance_staging_store]
filesystem_store_datadir = {cloud.dir}/tmp/staging
[os_glance_tasks_store]
filesystem_store_datadir = {cloud.dir}/tmp/tasks
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
[oslo_middleware]
enable_proxy_headers_parsing = {cloud.tls}
{authtoken(cloud, 'glance')}""")


def cinder(cloud):
    """Behind TLS it is not told to believe the front's X-Forwarded-Proto, as in many a real cloud: its links say http.
    """
    write(cloud.dir / "etc/cinder.conf", common(cloud, "cinder") + f"""
osapi_volume_listen = {cloud.inside}
osapi_volume_workers = 1
osapi_max_limit = 25
api_paste_config = /etc/cinder/api-paste.ini
rootwrap_config = /etc/cinder/rootwrap.conf
auth_strategy = keystone
enabled_backends = fake
default_volume_type = standard
glance_api_servers = {cloud.inside_url('glance')}
[fake]
volume_backend_name = fake
volume_driver = cinder.tests.fake_driver.FakeLoggingVolumeDriver
volume_clear = none
[database]
connection = {cloud.db_url('cinder')}
[oslo_concurrency]
lock_path = {cloud.dir}/tmp
[coordination]
backend_url = file://{cloud.dir}/tmp
{authtoken(cloud, 'cinder')}""")


def placement(cloud):
    write(cloud.dir / "etc/placement.conf", f"""
[DEFAULT]
use_stderr = true
[placement_database]
connection = {cloud.db_url('placement')}
[api]
auth_strategy = keystone
{authtoken(cloud, 'placement')}""")


def nova(cloud):
    write(cloud.dir / "etc/nova.conf", common(cloud, "nova") + f"""
osapi_compute_listen = {cloud.inside}
osapi_compute_workers = 1
enabled_apis = osapi_compute
compute_driver = fake.FakeDriver
vif_plugging_is_fatal = False
vif_plugging_timeout = 0
rootwrap_config = /etc/nova/rootwrap.conf
[wsgi]
api_paste_config = /etc/nova/api-paste.ini
[api]
max_limit = 25
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 2
[api_database]
connection = {cloud.db_url('nova_api')}
[database]
connection = {cloud.db_url('nova')}
[glance]
api_servers = {cloud.inside_url('glance')}
[oslo_concurrency]
lock_path = {cloud.dir}/tmp
{auth_section('placement', cloud, 'placement')}
{auth_section('neutron', cloud, 'neutron')}
{auth_section('cinder', cloud, 'cinder')}os_region_name = {cloud.region}
{auth_section('service_user', cloud, 'nova')}
send_service_user_token = true
{authtoken(cloud, 'nova')}""")
    write(cloud.dir / "etc/nova-cell0.conf", f"[database]\nconnection = {cloud.db_url('nova_cell0')}\n")


def neutron(cloud):
    write(cloud.dir / "etc/neutron.conf", common(cloud, "neutron") + f"""
bind_host = {cloud.inside}
api_workers = 0
rpc_workers = 0
core_plugin = ml2
service_plugins = router
auth_strategy = keystone
api_paste_config = /etc/neutron/api-paste.ini
pagination_max_limit = 25
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
[database]
connection = {cloud.db_url('neutron')}
[oslo_concurrency]
lock_path = {cloud.dir}/tmp
{authtoken(cloud, 'neutron')}""")
    write(cloud.dir / "etc/ml2.ini", """
[ml2]
type_drivers = vxlan,flat
tenant_network_types = vxlan
mechanism_drivers = openvswitch
extension_drivers = port_security
[ml2_type_vxlan]
vni_ranges = 1:1000
""")


WRITERS = {"glance": glance, "cinder": cinder, "placement": placement, "nova": nova, "neutron": neutron}


def configure(cloud):
    for folder in ("images", "cinder", "nova", "neutron", "tmp"):
        (cloud.dir / folder).mkdir(parents=True, exist_ok=True)
    for service in cloud.services:
        if service in WRITERS:
            WRITERS[service](cloud)
