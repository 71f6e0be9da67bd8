"""Prove Keystone-to-Keystone end to end with Debian's keystoneauth1, step by step; the first surprise is a failure.

alice is tried with her password and with her application credential.
"""
from keystoneauth1 import exceptions

from . import users
from .clouds import GRANTS, HOME, SPS, more_regions
from .processes import Failed

LISTS = [("image", "/v2/images", "images"), ("volumev3", "/volumes", "volumes"), ("compute", "/servers", "servers"),
         ("network", "/v2.0/networks", "networks")]


def expect(condition, message):
    if not condition:
        raise Failed(f"FAILED: {message}")


def services(session, region):
    kinds = users.catalog(session, region)
    for kind, path, key in LISTS:
        if kind in kinds:
            response = session.get(path, endpoint_filter={"service_type": kind, "interface": "public",
                                                          "region_name": region.region})
            print(f"     {kind}: {response.status_code}, {len(response.json()[key])} {key} on the first page")
    if "object-store" in kinds:
        response = session.get("", endpoint_filter={"service_type": "object-store"},
                               headers={"Accept": "application/json"})
        print(f"     object-store: {response.status_code}, {len(response.text and response.json() or [])} containers")


def provider(base, sp, user):
    print(f"  {sp.name}")
    wanted = set(GRANTS[sp.name].get(user, ()))
    unscoped = users.at(base, sp)
    try:
        access = unscoped.auth.get_access(unscoped)
    except exceptions.Unauthorized:
        expect(not wanted, f"{user} was refused at {sp.name}")
        print("     401, as expected: the mapping does not know this user")
        return
    expect(wanted, f"{user} got into {sp.name}")
    expect(access.is_federated and not access.scoped, "an unscoped federated token")
    print(f"     unscoped federated token for {access.username}, expires {access.expires:%H:%M:%S}")
    projects = users.projects(unscoped, sp)
    expect(set(projects) == wanted, f"projects {sorted(projects)}, not {sorted(wanted)}")
    for name, project_id in sorted(projects.items()):
        scoped = users.at(base, sp, project_id)
        access = scoped.auth.get_access(scoped)
        expect(access.project_id == project_id, "a token scoped to the project")
        print(f"   {sp.name}/{name}: roles {', '.join(sorted(access.role_names))}")
        for region in (sp, *more_regions(sp)):
            print(f"    {region.region}: catalog {', '.join(sorted(users.catalog(scoped, region)))}")
            services(scoped, region)


def check(user):
    credentials = {"password": users.password(user)}
    if user == "alice":
        credentials["application credential"] = users.application_credential()
    for how, base in credentials.items():
        session = users.connect(base)
        access = base.get_access(session)
        print(f"{user} at home, by {how}: project {access.project_name}; "
              f"service providers {', '.join(access.service_providers._service_providers)}")
        services(session, HOME)
        for sp in SPS:
            provider(base, sp, user)
    print("ok")
