"""Run the tests of some packages one after another; write the outcome of each as a line of JSON.

usage: runner.py RESULTS SECONDS ONLY EXCEPT PACKAGE...

ONLY, EXCEPT: expressions that are, and are not, found in the names of the tests to run. SECONDS: no test begins after
that time. A class that cannot be prepared has one line, named `setUpClass (CLASS)`.
"""
import importlib
import json
import logging
import pkgutil
import re
import sys
import time
import unittest


def modules(package):
    """The names of the package and of everything in it."""
    path = importlib.import_module(package).__path__
    return [found.name for found in pkgutil.walk_packages(path, f"{package}.") if ".test_" in found.name]


def name_of(test):
    """Without the labels that tempest adds."""
    return re.sub(r"\[.*\]$", "", test.id())


def chosen(suite, only, but):
    """The tests that are wanted, flat: unittest notices where a class begins and ends."""
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from chosen(entry, only, but)
        elif re.search(only, name_of(entry)) and not re.search(but, name_of(entry)):
            yield entry


class Lines(unittest.TestResult):
    def __init__(self, file, seconds):
        super().__init__()
        self.file = file
        self.deadline = time.monotonic() + seconds
        self.began = time.monotonic()

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        for logger in ("openstack", "keystoneauth"):
            logging.getLogger(logger).handlers.clear()  # openstacksdk's tests add one each, and remove none

    def write(self, test, outcome, reason=""):
        seconds = round(time.monotonic() - self.began, 2)
        line = {"test": name_of(test), "outcome": outcome, "seconds": seconds, "reason": reason}
        print(json.dumps(line), file=self.file, flush=True)
        if time.monotonic() > self.deadline:
            self.stop()

    def addSuccess(self, test):
        self.write(test, "passed")

    def addFailure(self, test, error):
        self.write(test, "failed", str(error[1]))

    addError = addFailure

    def addSkip(self, test, reason):
        self.write(test, "skipped", reason)

    def addExpectedFailure(self, test, error):
        self.write(test, "passed")

    def addUnexpectedSuccess(self, test):
        self.write(test, "failed", "it passed, and should not have")


def main(results, seconds, only, but, *packages):
    names = [name for package in packages for name in modules(package)]
    tests = chosen(unittest.defaultTestLoader.loadTestsFromNames(names), only, but)
    with open(results, "a") as file:
        unittest.TestSuite(tests).run(Lines(file, float(seconds)))


if __name__ == "__main__":
    main(*sys.argv[1:])
