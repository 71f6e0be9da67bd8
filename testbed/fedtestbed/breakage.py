"""In which ways a provider can be broken on purpose, and in which one it is."""
from .state import RUN

KINDS = {
    "stopped": "connections are refused, on all of its ports",
    "hang": "connections are accepted and never answered, on all of its ports",
    "503": "every request is answered with 503 and an HTML page",
    "html": "every request is answered with 200 and an HTML page",
    "mapping": "its mapping knows nobody: the assertion is accepted, then auth_url says 401",
    "noprojects": "alice is known there, but has no role in any project",
    "disabled": "home's Keystone has it registered, but disabled",
}


def record(cloud):
    return RUN / f"{cloud.name}.broken"


def broken(cloud):
    """The kind of `break` that was done last and not mended, or None."""
    return record(cloud).read_text() if record(cloud).exists() else None
