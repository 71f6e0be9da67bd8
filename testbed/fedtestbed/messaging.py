"""RabbitMQ: one broker, a virtual host for each cloud."""
import json
import os
import shutil
import subprocess

from .clouds import CLOUDS
from .processes import start, wait_for, wait_port
from .state import STATE, write

PORT = 5673
# The port mapper that Erlang's nodes need. One of our own, so that `down` may stop it.
MAPPER_PORT = 14369
HOME = STATE / "rabbitmq"
ENV = {"RABBITMQ_NODENAME": "fed-testbed@localhost", "RABBITMQ_MNESIA_BASE": f"{HOME}", "RABBITMQ_LOG_BASE": f"{HOME}",
       "RABBITMQ_CONFIG_FILE": f"{HOME}/rabbitmq.conf", "RABBITMQ_DIST_PORT": "25673", "HOME": f"{HOME}",
       "ERL_EPMD_PORT": str(MAPPER_PORT), "ERL_EPMD_ADDRESS": "127.0.0.1",
       # without this, Erlang's distribution port listens on every address
       "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"}


def url(cloud):
    return f"rabbit://guest:guest@127.0.0.1:{PORT}/{cloud.name}"


def configure():
    hosts = [cloud.name for cloud in CLOUDS]
    write(HOME / "definitions.json", json.dumps({
        "users": [{"name": "guest", "password": "guest", "tags": "administrator"}],
        "vhosts": [{"name": name} for name in hosts],
        "permissions": [{"user": "guest", "vhost": name, "configure": ".*", "write": ".*", "read": ".*"}
                        for name in hosts]}))
    write(HOME / "rabbitmq.conf", f"""
listeners.tcp.local = 127.0.0.1:{PORT}
load_definitions = {HOME}/definitions.json
""")
    shutil.chown(HOME, "rabbitmq", "rabbitmq")


def started():
    return subprocess.run(["/usr/lib/rabbitmq/bin/rabbitmqctl", "-n", ENV["RABBITMQ_NODENAME"], "await_startup"],
                          env={**os.environ, **ENV}, user="rabbitmq", capture_output=True).returncode == 0


def start_server():
    configure()
    start("epmd", "epmd", "-address", "127.0.0.1", "-port", MAPPER_PORT, user="rabbitmq")
    wait_port("127.0.0.1", MAPPER_PORT, "epmd")
    start("rabbitmq", "/usr/lib/rabbitmq/bin/rabbitmq-server", env=ENV, user="rabbitmq")
    wait_port("127.0.0.1", PORT, "rabbitmq")
    wait_for("rabbitmq", started, "does not start")
