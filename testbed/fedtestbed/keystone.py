"""A cloud's Keystone: its files, its first administrator, and just enough of its API to set a cloud up."""
import base64
import os
import shutil

import requests

from . import saml
from .clouds import ADMIN_PASSWORD, HOME, IDP_ENTITY
from .processes import Failed, sh
from .state import once, write


def configure(cloud):
    write(cloud.dir / "etc/keystone.conf", f"""
[DEFAULT]
use_stderr = true
public_endpoint = {cloud.url('keystone')}/
[oslo_middleware]
enable_proxy_headers_parsing = {cloud.tls}
[database]
connection = {cloud.db_url('keystone')}
[token]
provider = fernet
[fernet_tokens]
key_repository = {cloud.dir}/keystone/fernet
[fernet_receipts]
key_repository = {cloud.dir}/keystone/fernet
[credential]
key_repository = {cloud.dir}/keystone/credential
[cache]
enabled = true
backend = oslo_cache.dict
[identity]
password_hash_rounds = 4
[auth]
methods = password,token,saml2,mapped,application_credential,totp
[federation]
remote_id_attribute = {saml.remote_id_attribute(cloud)}
[saml]
certfile = {cloud.dir}/saml/cert.pem
keyfile = {cloud.dir}/saml/key.pem
idp_entity_id = {IDP_ENTITY}
idp_sso_endpoint = {HOME.keystone}/OS-FEDERATION/saml2/sso
idp_metadata_path = {saml.IDP_METADATA}
""")
    for name in ("fernet", "credential"):
        once(f"{name}-keys-{cloud.name}", lambda: keys(cloud.dir / "keystone" / name))


def keys(folder):
    """What `keystone-manage fernet_setup` and `credential_setup` make: a staged and a primary key of 32 random bytes,
    for the user that Keystone runs as. The commands take three seconds each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in ("0", "1"):
        (folder / number).write_bytes(base64.urlsafe_b64encode(os.urandom(32)))
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "keystone", "keystone")
        path.chmod(0o700 if path is folder else 0o600)


def bootstrap(cloud):
    once(f"bootstrapped-{cloud.name}", lambda: sh(
        "keystone-manage", "--config-file", cloud.dir / "etc/keystone.conf", "bootstrap",
        "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", cloud.region,
        "--bootstrap-public-url", cloud.keystone, "--bootstrap-internal-url", cloud.keystone,
        "--bootstrap-admin-url", cloud.keystone))


class Keystone:
    """The Identity API of one cloud, as one of its own users; by way of the address inside, which nothing breaks."""

    def __init__(self, cloud, user="admin", password=ADMIN_PASSWORD, project="admin"):
        self.url = f"{cloud.inside_url('keystone')}/v3"
        self.http = requests.Session()
        response = self.send("POST", "/auth/tokens", {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": user, "domain": {"id": "default"}, "password": password}}},
            "scope": {"project": {"name": project, "domain": {"id": "default"}}}}})
        if not response.ok:
            raise Failed(f"{cloud.name}: {user}: {response.status_code} {response.text}")
        self.token = response.headers["X-Subject-Token"]
        self.access = response.json()["token"]
        self.http.headers["X-Auth-Token"] = self.token

    def send(self, method, path, body):
        try:
            return self.http.request(method, self.url + path, json=body)
        except requests.ConnectionError as error:
            raise Failed(f"{error}\nis the testbed up? see `testbed status`") from error

    def call(self, method, path, body=None, ok=()):
        response = self.send(method, path, body)
        if not response.ok and response.status_code not in ok:
            raise Failed(f"{method} {self.url}{path}: {response.status_code} {response.text}")
        return response.json() if response.content else {}

    def ensure(self, kind, name, **body):
        """The id of the entity of that name, made if it is not there."""
        for found in self.call("GET", f"/{kind}s?name={name}")[f"{kind}s"]:
            if all(found.get(key) == body[key] for key in ("domain_id", "type") if key in body):
                return found["id"]
        return self.call("POST", f"/{kind}s", {kind: {"name": name, **body}})[kind]["id"]

    def put(self, path, kind, body):
        """Make the federation's entity, or make an old one to be like that."""
        if "error" in self.call("PUT", path, {kind: body}, ok=(409,)):
            self.call("PATCH", path, {kind: body})

    def roles(self):
        return {role["name"]: role["id"] for role in self.call("GET", "/roles")["roles"]}

    def grant(self, project, role, who):
        """`who`: users/ID or groups/ID."""
        self.call("PUT", f"/projects/{project}/{who}/roles/{role}")

    def register(self, name, kind, url, region):
        """A service in the catalog, under the same URL on every interface."""
        service = self.ensure("service", name, type=kind)
        have = {e["interface"] for e in self.call("GET", f"/endpoints?service_id={service}")["endpoints"]
                if e["region"] == region}
        for interface in {"public", "internal", "admin"} - have:
            self.call("POST", "/endpoints", {"endpoint": {
                "service_id": service, "interface": interface, "url": url, "region": region}})
