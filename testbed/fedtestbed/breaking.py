"""Break a provider in one of the ways that real ones break, and mend it."""
from . import front
from .breakage import KINDS, broken, record
from .clouds import GRANTS, HOME
from .identity import map_users, register_provider
from .keystone import Keystone
from .processes import log


def apply(cloud, kind):
    if kind == "stopped":
        front.remove(cloud)
    elif kind in ("hang", "503", "html"):
        front.replace(cloud, kind)
    elif kind == "mapping":
        map_users(Keystone(cloud), cloud, {"nobody": "federated-nobody"})
    elif kind == "noprojects":
        map_users(Keystone(cloud), cloud, {user: "federated-nobody" for user in GRANTS[cloud.name]})
    else:
        register_provider(Keystone(HOME), cloud, enabled=False)


def break_(cloud, kind):
    """One way at a time: what was broken in another way is mended first."""
    if broken(cloud) == kind:
        log(f"{cloud.name} is already broken: {kind}")
        return
    if broken(cloud):
        mend(cloud)
    record(cloud).write_text(kind)  # first, so that a break that fails half-way is mended as well
    apply(cloud, kind)
    log(f"{cloud.name} is broken: {kind}: {KINDS[kind]}")


def mend(cloud):
    """Undo whatever `break` did; nothing, if it did nothing."""
    kind = broken(cloud)
    if kind in ("stopped", "hang", "503", "html"):
        front.restore(cloud)
    elif kind in ("mapping", "noprojects"):
        map_users(Keystone(cloud), cloud, {user: f"federated-{user}" for user in GRANTS[cloud.name]})
    elif kind == "disabled":
        register_provider(Keystone(HOME), cloud)
    record(cloud).unlink(missing_ok=True)
    log(f"{cloud.name} is whole")
