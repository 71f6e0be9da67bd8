"""MariaDB, and each cloud's databases in it."""
import functools
import shutil
import subprocess
import time

from .clouds import HOME, REGIONS
from .processes import log, sh, start, together, wait_for
from .state import RUN, STATE, once

DATA = STATE / "mariadb"
SOCKET = f"-S{DATA}/sock"

# Each schema takes seconds of migrations, so it is made once, at home, and copied while it is still empty.
MIGRATIONS = {
    "keystone": [["keystone-manage", "--config-file", "{etc}/keystone.conf", "db_sync"]],
    "glance": [["glance-manage", "--config-file", "{etc}/glance-api.conf", "db_sync"]],
    "cinder": [["cinder-manage", "--config-file", "{etc}/cinder.conf", "db", "sync"]],
    "placement": [["placement-manage", "--config-file", "{etc}/placement.conf", "db", "sync"]],
    # The cells' addresses are templates that each Nova fills in from its own configuration.
    "nova_api": [
        ["nova-manage", "--config-file", "{etc}/nova.conf", "api_db", "sync"],
        ["nova-manage", "--config-file", "{etc}/nova.conf", "cell_v2", "map_cell0", "--database_connection",
         "{{scheme}}://{{username}}@{{hostname}}/{{path}}_cell0?{{query}}"],
        ["nova-manage", "--config-file", "{etc}/nova.conf", "cell_v2", "create_cell", "--name", "cell1",
         "--database_connection", "{{scheme}}://{{username}}@{{hostname}}/{{path}}?{{query}}",
         "--transport-url", "{{scheme}}://{{username}}:{{password}}@{{hostname}}:{{port}}/{{path}}"]],
    "nova_cell0": [["nova-manage", "--config-file", "{etc}/nova.conf", "--config-file", "{etc}/nova-cell0.conf",
                    "db", "sync", "--local_cell"]],
    "neutron": [["neutron-db-manage", "--config-file", "{etc}/neutron.conf", "--config-file", "{etc}/ml2.ini",
                 "upgrade", "heads"]],
}
# service: its databases, each with the schema that it has
DATABASES = {"keystone": {"keystone": "keystone"}, "glance": {"glance": "glance"}, "cinder": {"cinder": "cinder"},
             "placement": {"placement": "placement"}, "neutron": {"neutron": "neutron"},
             "nova": {"nova_api": "nova_api", "nova_cell0": "nova_cell0", "nova": "nova_cell0"}}


def answers():
    return subprocess.run(["mariadb", "-uroot", SOCKET, "-e", "select 1"], capture_output=True).returncode == 0


def start_server():
    DATA.mkdir(exist_ok=True)
    shutil.chown(DATA, "mysql", "mysql")
    once("mariadb-installed", lambda: sh("mariadb-install-db", f"--datadir={DATA}/data", "--user=mysql",
                                         "--auth-root-authentication-method=normal", "--skip-test-db"))
    start("mariadb", "mariadbd", "--no-defaults", f"--datadir={DATA}/data", f"--socket={DATA}/sock",
          f"--pid-file={DATA}/pid", "--user=mysql", "--skip-networking", "--innodb-flush-log-at-trx-commit=0",
          # a testbed may be lost with the machine: no waiting for the disk
          "--innodb-flush-method=nosync", "--skip-innodb-doublewrite", "--skip-sync-frm",
          "--innodb-buffer-pool-size=512M", "--max-connections=1000", "--character-set-server=utf8mb3")
    wait_for("mariadb", answers, "does not answer")


def sql(statement):
    return sh("mariadb", "-uroot", SOCKET, "-N", "-e", statement)


def create(name):
    sql(f"drop database if exists {name}; create database {name} character set utf8mb3")


def schema_file(schema):
    return STATE / "schemas" / f"{schema}.sql"


def migrate(schema):
    """Make the schema at home and keep a copy of it, empty."""
    began = time.time()
    create(HOME.db(schema))
    for argv in MIGRATIONS[schema]:
        sh(*[word.format(etc=HOME.dir / "etc") for word in argv])
    schema_file(schema).parent.mkdir(exist_ok=True)
    schema_file(schema).write_text(sh("mariadb-dump", "-uroot", SOCKET, HOME.db(schema), "--skip-comments"))
    (RUN / f"db-{HOME.db(schema)}").touch()
    log(f"migrated {schema} in {time.time() - began:.0f}s")


def copy(schema, name):
    create(name)
    sh("mariadb", "-uroot", SOCKET, name, stdin=schema_file(schema).read_text())


def prepare(service):
    """The databases of one service, at every cloud that has it."""
    together(*[functools.partial(once, f"schema-{schema}", functools.partial(migrate, schema))
               for schema in set(DATABASES[service].values())])
    for cloud in REGIONS:
        if service in cloud.runs:
            for database, schema in DATABASES[service].items():
                name = cloud.db(database)
                once(f"db-{name}", functools.partial(copy, schema, name))
