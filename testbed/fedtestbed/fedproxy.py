"""A `fed proxy` of a checkout, before the testbed's home, for as long as a job needs it."""
import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from .clouds import HOME
from .processes import Failed, sh
from .state import CA


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ready(address):
    try:
        return urllib.request.urlopen(f"{address}/readyz", timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


def without_openstack(environment):
    """No settings of the person at the terminal."""
    return {name: value for name, value in environment.items()
            if not name.startswith(("OS_", "FED_")) and name != "REQUESTS_CA_BUNDLE"}


def describe(checkout):
    """Which code it is."""
    changed = sh("git", "-C", checkout, "status", "--porcelain", "--", "src", "bin").strip()
    return sh("git", "-C", checkout, "rev-parse", "--short", "HEAD").strip() + ("+changes" if changed else "")


@contextlib.contextmanager
def running(checkout, log):
    """The address of a proxy with nothing remembered; its access log and its words go to the file `log`."""
    checkout = pathlib.Path(checkout).resolve()
    sh("node", checkout / "scripts/ready.mjs")
    address = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="fed-proxy-") as folder, open(log, "wb") as out:
        settings = {f"FED_{kind}_DIR": f"{folder}/{kind.lower()}" for kind in ("CONFIG", "CACHE", "STATE")}
        settings |= {"OS_AUTH_URL": HOME.keystone, "OS_REGION_NAME": HOME.region, "OS_CACERT": str(CA)}
        process = subprocess.Popen(
            ["node", checkout / "bin/fed.js", "proxy", "--listen", address.removeprefix("http://"), "--grace", "1"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder,
            env={**without_openstack(os.environ), **settings})
        try:
            deadline = time.time() + 60
            while not ready(address):
                if process.poll() is not None or time.time() > deadline:
                    raise Failed(f"fed proxy does not start; see {log}")
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait()
