"""Where the testbed keeps what it makes: one folder, for everything that it writes."""
import os
import pathlib
import textwrap

STATE = pathlib.Path(os.environ.get("FED_TESTBED_STATE", "/var/lib/fed-testbed"))
RUN = STATE / "run"
LOG = STATE / "log"
CA = STATE / "ca" / "ca.pem"


def prepare():
    for folder in (STATE, RUN, LOG):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)


def write(path, text, mode=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip("\n"))
    if mode:
        path.chmod(mode)
    return path


def once(name, job):
    """Run `job` unless an earlier `up` has finished it. A job that fails is tried again by the next `up`."""
    marker = RUN / name
    if not marker.exists():
        job()
        marker.touch()


def remember_services(names):
    (RUN / "services").write_text(" ".join(names))


def wanted_services():
    """The services that the last `up` was asked for, over all clouds."""
    return tuple((RUN / "services").read_text().split())
