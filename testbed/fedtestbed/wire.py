"""Print the HTTP exchange of Keystone-to-Keystone as it really is, without keystoneauth in between. Changes nothing."""
import html
import re

import requests

from .clouds import HOME, USERS
from .state import CA

HEADERS = {"content-type", "location", "set-cookie", "vary", "www-authenticate", "x-subject-token", "cookie",
           "x-auth-token", "x-openstack-request-id", "server", "cache-control"}
PAOS = {"Content-Type": "application/vnd.paos+xml"}


def short(text, limit):
    """Secrets and ids cut to their first characters, and the whole to `limit`."""
    text = re.sub(r"(gAAAAA[\w-]{6})[\w=-]+", r"\1…", text)
    text = re.sub(r"(<[\w:]*(?:SignatureValue|X509Certificate|DigestValue)[^>]*>)[^<]+", r"\1…", text)
    if re.match(r"\s*<(\?xml[^>]*>\s*<)?!DOCTYPE", text, re.I):  # an error page: its words alone
        text = html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.S))
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def send(method, url, **kw):
    """One request, exactly as given: no redirects, no cookie jar."""
    session = requests.Session()
    return session.send(session.prepare_request(requests.Request(method, url, **kw)), allow_redirects=False,
                        verify=str(CA))


def call(method, url, title="", limit=700, **kw):
    """Send one request and print both sides."""
    response = send(method, url, **kw)
    request = response.request
    if title:
        print(f"### {title}")
    print(f"{method} {url}")
    for name, value in request.headers.items():
        if name.lower() in HEADERS:
            print(f"    {name}: {short(value, 120)}")
    if request.body:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        print(f"    {short(body, 420)}")
    print(f"  {response.status_code} {response.reason}  ({response.elapsed.total_seconds() * 1000:.0f} ms)")
    for name, value in response.headers.items():
        if name.lower() in HEADERS:
            print(f"    {name}: {short(value, 200)}")
    if response.text:
        print(f"    {short(response.text, limit)}")
    print()
    return response


def password_body(user, scoped=True):
    password, project = USERS[user]
    auth = {"identity": {"methods": ["password"], "password": {"user": {
        "name": user, "domain": {"id": "default"}, "password": password}}}}
    if scoped:
        auth["scope"] = {"project": {"name": project, "domain": {"id": "default"}}}
    else:
        auth["scope"] = "unscoped"
    return {"auth": auth}


def home_token(user="alice", scoped=True):
    response = send("POST", f"{HOME.keystone}/auth/tokens", json=password_body(user, scoped))
    return response.headers["X-Subject-Token"], response.json()["token"]


def ecp_body(token, sp):
    return {"auth": {"identity": {"methods": ["token"], "token": {"id": token}},
                     "scope": {"service_provider": {"id": sp}}}}


def assertion(user, sp):
    response = send("POST", f"{HOME.keystone}/auth/OS-FEDERATION/saml2/ecp", json=ecp_body(home_token(user)[0], sp))
    response.raise_for_status()
    return response.text


def sp_urls(sp):
    found = next(p for p in home_token()[1]["service_providers"] if p["id"] == sp.name)
    return found["sp_url"], found["auth_url"]


def happy(user="alice"):
    print("## The exchange\n")
    token = call("POST", f"{HOME.keystone}/auth/tokens", "1. a project-scoped token at home", json=password_body(user),
                 limit=5000)
    providers = token.json()["token"]["service_providers"]
    home = token.headers["X-Subject-Token"]
    for sp in providers:
        ecp = call("POST", f"{HOME.keystone}/auth/OS-FEDERATION/saml2/ecp", f"2. {sp['id']}: the assertion",
                   json=ecp_body(home, sp["id"]), limit=6000)
        shown = call("POST", sp["sp_url"], f"3. {sp['id']}: present it", data=ecp.content, headers=PAOS)
        got = call("GET", sp["auth_url"], f"4. {sp['id']}: the federated token", cookies=shown.cookies.get_dict(),
                   limit=1500)
        unscoped = got.headers["X-Subject-Token"]
        base = sp["auth_url"].split("/OS-FEDERATION/")[0]
        projects = call("GET", f"{base}/auth/projects", f"5. {sp['id']}: its projects",
                        headers={"X-Auth-Token": unscoped}).json()["projects"]
        call("POST", f"{base}/auth/tokens", f"6. {sp['id']}: scope it", limit=1500, json={"auth": {
            "identity": {"methods": ["token"], "token": {"id": unscoped}},
            "scope": {"project": {"id": projects[0]["id"]}}}})
