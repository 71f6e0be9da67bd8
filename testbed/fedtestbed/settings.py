"""A user's settings for programs: as variables for a shell, or as a clouds.yaml."""
import shlex

from .clouds import HOME, USERS
from .state import CA


def settings(user):
    secret, project = USERS[user]
    return {"auth_url": HOME.keystone, "username": user, "password": secret, "user_domain_name": "Default",
            "project_name": project, "project_domain_name": "Default"}


def openrc(user):
    variables = {**settings(user), "identity_api_version": "3", "region_name": HOME.region, "cacert": str(CA)}
    return "export " + " ".join(f"OS_{key.upper()}={shlex.quote(value)}" for key, value in variables.items())


def cloud_entry(user):
    """A clouds.yaml with one cloud in it, named after the user."""
    lines = ["clouds:", f"  {user}:", "    auth:"]
    lines += [f"      {key}: {value}" for key, value in settings(user).items()]
    return "\n".join([*lines, f"    region_name: {HOME.region}", "    identity_api_version: 3", f"    cacert: {CA}"])
