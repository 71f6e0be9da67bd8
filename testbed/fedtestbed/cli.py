"""The command line. Its help is also the shortest description of the testbed."""
import argparse
import contextlib
import fcntl
import os
import pathlib

from . import settings, state
from .breakage import KINDS, broken
from .clouds import CLOUDS, FULL, STORAGE, USERS, named
from .packages import install
from .processes import Failed, log, pid_of, programs, stop_all

ABOUT = """A real OpenStack federation on one machine: Debian's own OpenStack packages, on loopback addresses.

`home` (127.0.0.1) is the identity provider and a full cloud. The service providers, reached by Keystone-to-Keystone,
are `sp-a` (127.0.0.2, Shibboleth, also Swift), `sp-b` (127.0.0.3, mod_auth_mellon; a second region with a Cinder of its
own at 127.0.1.3) and `sp-c` (127.0.0.4, storage only, HTTPS with a private CA). Needs root and Debian 12. See
README.md.
"""


# What a subcommand needs is imported when it runs: much of it needs Python modules that `up` has yet to install.

def up(args):
    wanted = STORAGE if args.minimal else FULL if args.no_swift else (*FULL, "swift")
    if programs() and wanted != state.wanted_services():
        raise Failed(f"it is up with {', '.join(state.wanted_services())}: `testbed down` first")
    state.remember_services(wanted)
    install(wanted)
    from .up import up
    up(wanted)


def down(args):
    stop_all()
    log("down")


def status(args):
    """Exit code 1 unless everything that was started is still running."""
    running = {name: pid_of(name) for name in programs()}
    for name, pid in running.items():
        print(f"{name:24} {'up' if pid else 'DOWN'}")
    for cloud in CLOUDS:
        if kind := broken(cloud):
            print(f"{cloud.name} is broken: {kind}: {KINDS[kind]}")
    if not running:
        print("nothing is running")
    return 0 if running and all(running.values()) else 1


def seed(args):
    from .seed import seed
    seed("alice")


def check(args):
    from .check import check
    check(args.user)


def suite(args):
    from . import suites
    return suites.compare(args.suite, args.fed or suites.CHECKOUT, args.results or suites.RESULTS, args.match,
                          args.minutes, args.reuse_direct, args.since)


def wire(args):
    from .wire import happy
    happy()
    if args.errors:
        from .wire_errors import errors
        errors()


def env(args):
    print((settings.cloud_entry if args.cloud_entry else settings.openrc)(args.user))


def break_(args):
    from .breaking import break_
    break_(named(args.provider), args.kind)


def mend(args):
    from .breaking import mend
    mend(named(args.provider))


def parser():
    as_written = argparse.RawDescriptionHelpFormatter
    whole = argparse.ArgumentParser(
        prog="testbed", description=ABOUT, formatter_class=as_written,
        epilog="FED_TESTBED_STATE: the folder for everything it writes, if not /var/lib/fed-testbed")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(run, name, text, exclusive=False, running=True):
        """`exclusive`: must not run beside another that is. `running`: needs a testbed that is up."""
        sub = commands.add_parser(name, help=text, description=text, formatter_class=as_written)
        sub.set_defaults(run=run, exclusive=exclusive, running=running)
        return sub

    sub = command(up, "up", "install what is missing, start what is not running", exclusive=True, running=False)
    sub.add_argument("--minimal", action="store_true", help="only Keystone, Glance and Cinder, at every cloud")
    sub.add_argument("--no-swift", action="store_true", help="no Swift at sp-a")
    command(down, "down", "stop what `up` started; databases and settings stay", exclusive=True, running=False)
    command(status, "status", "what runs, and what `break` has broken", running=False)
    command(seed, "seed", "put alice's sample resources on every cloud", exclusive=True)
    sub = command(check, "check", "prove the federation step by step with keystoneauth")
    sub.add_argument("user", nargs="?", default="alice", choices=USERS, metavar="USER", help=", ".join(USERS))
    sub = command(wire, "wire", "print the Keystone-to-Keystone exchange as it is on the wire")
    sub.add_argument("--errors", action="store_true",
                     help="also its failures; breaks and mends every provider, so not while others use them")
    sub = command(suite, "suite", "run another project's tests directly and through `fed proxy`, print the difference")
    sub.epilog = "exit code 1: something passes directly and not through fed, without a reason that is known"
    sub.add_argument("suite", choices=["sdk", "tempest"], help="openstacksdk's functional tests, or tempest")
    sub.add_argument("--fed", type=pathlib.Path, metavar="DIR", help="the checkout of fed to try; default: this one")
    sub.add_argument("--results", type=pathlib.Path, metavar="DIR",
                     help="where the outcomes go, as lines of JSON; default: `suites` in the state folder")
    sub.add_argument("--match", default="", metavar="REGEX", help="only the tests in whose names it is found")
    sub.add_argument("--minutes", type=float, default=15, help="for each of the runs; default: 15")
    sub.add_argument("--reuse-direct", action="store_true", help="take the direct run's outcomes from --results")
    sub.add_argument("--since", type=pathlib.Path, metavar="DIR", help="what has changed since the results there")
    sub = command(env, "env", "print a user's settings, to eval in a shell", running=False)
    sub.add_argument("user", nargs="?", default="alice", choices=USERS, metavar="USER", help=", ".join(USERS))
    sub.add_argument("--cloud-entry", action="store_true", help="as a clouds.yaml, with a cloud named after the user")
    breakable = [cloud.name for cloud in CLOUDS if cloud.tls]
    sub = command(break_, "break", "break a provider in one of the ways that real ones break", exclusive=True)
    sub.add_argument("provider", choices=breakable)
    sub.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    sub.epilog = "kinds:\n" + "\n".join(f"  {kind:11} {text}" for kind, text in KINDS.items())
    sub = command(mend, "mend", "undo what `break` did, if it did anything", exclusive=True)
    sub.add_argument("provider", choices=breakable)
    return whole


@contextlib.contextmanager
def alone(needed):
    """Wait until no other command that changes the testbed is running."""
    if not needed:
        yield
        return
    state.prepare()
    with open(state.RUN / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main():
    args = parser().parse_args()
    if os.geteuid() and args.exclusive:
        return "testbed: this has to be done as root"
    if args.running and not programs():
        return "testbed: nothing is running: `testbed up` first"
    try:
        with alone(args.exclusive):
            return args.run(args)
    except Failed as error:
        return f"testbed: {error}"
