"""What the failures of Keystone-to-Keystone look like on the wire.

Breaks every provider's and home's registrations for seconds at a time and mends them after: not for a testbed that
others are using.
"""
import contextlib
import datetime
import subprocess
import sys

from . import saml
from .clouds import FEDERATED_AUTH, GRANTS, HOME, IDP_ENTITY, SPS
from .keystone import Keystone
from .processes import Failed
from .wire import PAOS, assertion, call, ecp_body, home_token, password_body, send, sp_urls


ADMIN = {}  # cloud name: its administrator


def present(sp, body, title):
    """Steps 3 and 4 with this body; the second only if the first gave a cookie."""
    sp_url, auth_url = sp_urls(sp)
    shown = call("POST", sp_url, title, data=body, headers=PAOS)
    if shown.cookies:
        return call("GET", auth_url, cookies=shown.cookies.get_dict())
    return shown


def admin(cloud):
    if cloud.name not in ADMIN:
        ADMIN[cloud.name] = Keystone(cloud)
    return ADMIN[cloud.name]


@contextlib.contextmanager
def patched(cloud, path, kind, **change):
    """One entity of the federation API, changed for the length of the block."""
    k = admin(cloud)
    before = k.call("GET", path)[kind]
    k.call("PATCH", path, {kind: change})
    try:
        yield
    finally:
        k.call("PATCH", path, {kind: {key: before[key] for key in change}})


def mapping(sp, rules):
    return patched(sp, "/OS-FEDERATION/mappings/home", "mapping", rules=rules)


def signed_at(sp, shift):
    """An assertion for alice, signed with home's own key as if home's clock were `shift` off."""
    registered = admin(HOME).call("GET", f"/OS-FEDERATION/service_providers/{sp.name}")["service_provider"]
    code = f"""
import datetime
from oslo_utils import timeutils
from keystone.server import configure
configure(config_files=[{str(HOME.dir / 'etc/keystone.conf')!r}])
from keystone.federation import idp
timeutils.set_time_override(datetime.datetime.utcnow() + datetime.timedelta(seconds={shift.total_seconds()}))
response = idp.SAMLGenerator().samlize_token({IDP_ENTITY!r}, {registered["sp_url"]!r}, "alice", "Default",
                                             ["member"], "research", "Default", [])
print(idp.ECPGenerator.generate_ecp(response, {registered["relay_state_prefix"]!r}))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if result.returncode:
        raise Failed(f"could not sign an assertion: {result.stdout}{result.stderr}")
    return result.stdout[result.stdout.index("<"):]


def at_home():
    ecp_url = f"{HOME.keystone}/auth/OS-FEDERATION/saml2/ecp"
    token = home_token()[0]
    print("## Failures at home\n")
    call("POST", ecp_url, "unscoped home token", json=ecp_body(home_token(scoped=False)[0], "sp-a"))
    call("POST", ecp_url, "unknown service provider", json=ecp_body(token, "sp-x"))
    call("POST", ecp_url, "bad home token", json=ecp_body("nonsense", "sp-a"))
    wrong = password_body("alice")
    wrong["auth"]["identity"]["password"]["user"]["password"] = "x"
    call("POST", f"{HOME.keystone}/auth/tokens", "wrong password", json=wrong)
    with patched(HOME, "/OS-FEDERATION/service_providers/sp-a", "service_provider", enabled=False):
        call("POST", ecp_url, "service provider disabled at home", json=ecp_body(token, "sp-a"))
        names = [p["id"] for p in home_token()[1]["service_providers"]]
        print(f"(meanwhile a new home token lists: {names})\n")


def at_provider(sp):
    k = admin(sp)
    attribute = saml.user_attribute(sp)
    local = [{"user": {"name": "{0}"}}]
    print(f"## Failures at {sp.name} ({sp.saml})\n")
    present(sp, assertion("carol", sp.name), "user whom no mapping rule matches")
    with mapping(sp, [{"local": [*local, {"group": {"id": "0" * 32}}], "remote": [{"type": attribute}]}]):
        present(sp, assertion("alice", sp.name), "bad mapping: a group that does not exist")
    with mapping(sp, [{"local": local, "remote": [{"type": "NO_SUCH_ATTRIBUTE"}]}]):
        present(sp, assertion("alice", sp.name), "bad mapping: an attribute that never comes")
    group = k.ensure("group", "federated-nobody", domain_id="default")
    with mapping(sp, [{"local": [*local, {"group": {"id": group}}], "remote": [{"type": attribute}]}]):
        got = present(sp, assertion("alice", sp.name), "user with no projects: a group without roles")
        if got.status_code == 201:
            unscoped = got.headers["X-Subject-Token"]
            call("GET", f"{sp.keystone}/auth/projects", headers={"X-Auth-Token": unscoped})
            call("GET", f"{sp.keystone}/auth/domains", headers={"X-Auth-Token": unscoped})
            call("POST", f"{sp.keystone}/auth/tokens", json={"auth": {
                "identity": {"methods": ["token"], "token": {"id": unscoped}}, "scope": {"project": {
                    "name": GRANTS[sp.name]["alice"][0], "domain": {"id": "default"}}}}})
    k.call("DELETE", f"/groups/{group}")
    with patched(sp, "/OS-FEDERATION/identity_providers/home", "identity_provider", enabled=False):
        present(sp, assertion("alice", sp.name), "identity provider disabled at the service provider")
    with patched(sp, "/OS-FEDERATION/identity_providers/home", "identity_provider", remote_ids=["http://other/idp"]):
        present(sp, assertion("alice", sp.name), "identity provider's remote_ids do not hold home's entity id")
    for title, shift in (("assertion that expired an hour ago", datetime.timedelta(hours=-2)),
                         ("assertion from a home whose clock is 10 minutes fast", datetime.timedelta(minutes=10)),
                         ("assertion from a home whose clock is 10 minutes slow", datetime.timedelta(minutes=-10))):
        present(sp, signed_at(sp, shift), title)
    once = assertion("alice", sp.name)
    sp_url = sp_urls(sp)[0]
    send("POST", sp_url, data=once, headers=PAOS)
    present(sp, once, "the same assertion a second time")
    present(sp, assertion("alice", sp.name).replace(">alice<", ">bob<"), "assertion altered after signing")
    present(sp, "<garbage/>", "garbage")
    present(sp, assertion("alice", SPS[SPS.index(sp) - 1].name), "an assertion made for the other provider")
    auth_url = sp.url("keystone") + FEDERATED_AUTH
    call("GET", auth_url, "no session cookie")
    call("GET", auth_url, "a stale or foreign session cookie", cookies={
        "mellon-cookie": "0" * 32, "_shibsession_64656661756c74687474703a2f2f3132372e302e302e323a353030302f": "_0"})


def errors():
    at_home()
    for sp in SPS:
        at_provider(sp)
