"""Other projects' test suites, run at the testbed's home directly and through `fed proxy`, with the same users.

What passes directly and not through fed is fed's, so only what passes directly is run through fed. Every outcome is
kept as a line of JSON, to compare later builds with.
"""
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from . import fedproxy, leftovers, packages, suite_sdk, suite_tempest
from .clouds import HOME
from .processes import Failed, log
from .seed import seed
from .state import STATE

SUITES = {"sdk": suite_sdk, "tempest": suite_tempest}
RUNNER = pathlib.Path(__file__).with_name("runner.py")
CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = STATE / "suites"
TEST_SECONDS = 180


def outcomes(file):
    """The last outcome of each test."""
    return {line["test"]: line for line in map(json.loads, file.read_text().splitlines())}


def passed(found):
    return {name for name, line in found.items() if line["outcome"] == "passed"}


def run(suite, keystone, folder, name, only, seconds):
    """The suite with this Keystone; its outcomes, which are added to the file `name`.jsonl."""
    began = time.time()
    settings = folder / f"{name}-settings"
    settings.mkdir(exist_ok=True)
    leftovers.clean()
    env = {**fedproxy.without_openstack(os.environ), "OS_TEST_TIMEOUT": str(TEST_SECONDS), "PYTHONWARNINGS": "ignore",
           **suite.prepare(keystone, settings)}
    file = folder / f"{name}.jsonl"
    file.touch()
    with open(folder / f"{name}.log", "ab") as out:
        process = subprocess.Popen([sys.executable, RUNNER, file, str(seconds), only, suite.EXCEPT,
                                    *suite.PACKAGES], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   cwd=settings, env=env)
        try:
            code = process.wait(seconds + 2 * TEST_SECONDS)
        except subprocess.TimeoutExpired:
            code = 0
        finally:
            process.kill()
            process.wait()
            leftovers.clean()
    if code:
        raise Failed(f"the tests could not be run; see {folder / name}.log")
    found = outcomes(file)
    count = collections.Counter(line["outcome"] for line in found.values())
    log(f"{name}: {', '.join(f'{n} {outcome}' for outcome, n in sorted(count.items()))}, "
        f"in {time.time() - began:.0f}s")
    return found


def reason(name, found):
    """Why a test has not passed, in one line: its own words, or those of its class, which could not be prepared."""
    line = found.get(name) or found.get(f"setUpClass ({name.rpartition('.')[0]})")
    if not line:
        return "not run: it had no time, or an earlier one ended the run"
    words = [word.strip() for word in line["reason"].splitlines() if word.strip()]
    return f"{line['outcome']}: {(words or ['(says nothing)'])[-1][:300]}"


def report(suite, direct, through, again):
    """Print the tests that pass directly and not through fed; return how many of them lack a reason."""
    missing = sorted(passed(direct) - passed(through) - passed(again))
    explained = {name: text for name in missing for expression, text in suite.REASONS.items()
                 if re.search(expression, name)}
    count = len(passed(direct))
    print(f"{count} pass directly, {count - len(missing)} of them through fed; {len(missing)} pass directly and not "
          f"through fed, {len(explained)} of these for a reason")
    group = None
    for name in missing:
        module, _, test = name.rpartition(".")
        if module != group:
            print(f"\n{module}")
            group = module
        print(f"  {test}\n    {reason(name, again | through)}")
        if name in explained:
            print(f"    reason: {explained[name]}")
    if second := sorted(passed(again) & set(through)):
        print(f"\npassed at the second try: {', '.join(second)}")
    return len(missing) - len(explained)


def passed_through(name, folder):
    """What has passed through fed at either try."""
    files = [folder / f"{name}-{run_name}.jsonl" for run_name in ("through", "again")]
    return set().union(*[passed(outcomes(file)) for file in files if file.exists()])


def since(name, folder, earlier):
    """Print what has changed against the results of an earlier run."""
    now, before = passed_through(name, folder), passed_through(name, earlier)
    for title, names in (("pass now", now - before), ("pass no more, or were not run", before - now)):
        print(f"\n{len(names)} {title}, against {earlier}")
        for name in sorted(names):
            print(f"  {name}")


def exactly(names):
    return f"^({'|'.join(re.escape(name) for name in sorted(names))})$"


def run_directly(name, folder, match, seconds):
    (folder / f"{name}-direct.jsonl").unlink(missing_ok=True)
    return run(SUITES[name], HOME.keystone, folder, f"{name}-direct", match, seconds)


def run_through(name, checkout, folder, tests, seconds):
    """The outcomes of these tests through a `fed proxy`, and of a second try those that did not pass at the first."""
    for run_name in ("through", "again"):
        (folder / f"{name}-{run_name}.jsonl").unlink(missing_ok=True)
    log(f"fed {fedproxy.describe(checkout)} of {checkout}")
    with fedproxy.running(checkout, folder / f"{name}-proxy.log") as proxy:
        def through(run_name, wanted):
            return run(SUITES[name], f"{proxy}/identity/v3", folder, f"{name}-{run_name}", exactly(wanted), seconds)

        found = through("through", tests)
        different = tests - passed(found)
        return found, through("again", different) if different else {}


def compare(name, checkout, folder, match, minutes, reuse, earlier):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # which ends the proxy and the tests as well
    packages.install_packages(SUITES[name].DEBIAN)
    folder.mkdir(parents=True, exist_ok=True)
    seed("dave")
    if reuse:
        direct = outcomes(folder / f"{name}-direct.jsonl")
    else:
        direct = run_directly(name, folder, match, minutes * 60)
    direct = {test: line for test, line in direct.items() if re.search(match, test)}
    if not passed(direct):
        raise Failed("no such test passes directly")
    through, again = run_through(name, checkout, folder, passed(direct), minutes * 60)
    count = report(SUITES[name], direct, through, again)
    if earlier:
        since(name, folder, earlier)
    log(f"the outcomes are in {folder}")
    return 1 if count else 0
