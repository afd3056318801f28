"""`pytest -p mutants.security_loop` runs, for each check, the tests that should notice that it is gone.

Modules, tests and database are made ready once, and all tests are run to see which of them come to the
function of which check. A process forked for each check then puts the bug into its own memory and runs those
that do, and others of their files, until one fails.
"""

import importlib
import json
import os
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connections
from django.urls import clear_url_caches

from mutants.loaded_functions import change_functions
from mutants.loading import MutantFinder
from mutants.mutant import UNSOUND_BOOKS
from mutants.security import Check, list_checks
from mutants.security_reach import mark_functions
from mutants.security_run import ASKED, NOT_PUT_IN, SUFFIX
from mutants.security_tests import read_killers

PATIENCE_SECONDS = 60  # Of work; the machine may be busy, so a process may wait for as long as it likes to.
ALL_PASS = "all pass"
UNSOUND = re.compile(UNSOUND_BOOKS, re.M)
# What is said of a bug beside the test that fails with it.
VERDICTS = {"": "SURVIVED", NOT_PUT_IN: "NOT PUT IN"}
# Kinds of checks that are made when a module is loaded, not when a function runs.
AT_IMPORT = frozenset({"role", "CSRF", "button", "middleware"})
# By module and place of a function, the tests that come to it with their seconds.
Reaching = defaultdict[tuple[str, str], dict[str, float]]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the mutants in the place of the tests."""
    asked = Path(os.environ[ASKED])
    names: list[str] = json.loads(asked.read_text())
    ready = next(item for item in session.items if item.get_closest_marker("django_db"))
    _run(ready, session.items[-1] if ready is session.items[0] else session.items[0])
    connections.close_all()
    reaching = _find_reaching([list_checks()[name] for name in names], session.items, ready)
    killed: dict[str, str] = {}
    with asked.with_suffix(SUFFIX).open("w") as answers:
        for name in names:
            killer = try_out(list_checks()[name], session.items, ready, reaching)
            killed |= {name: killer} if killer not in VERDICTS else {}
            answers.write(json.dumps([name, killer]) + "\n")
            answers.flush()
            sys.stdout.write(f"{VERDICTS.get(killer, 'noticed'):10}  {name}\n")
            sys.stdout.flush()
    control = [item for item in session.items if item.nodeid in {*killed.values()}]
    found = _in_fork(lambda: _find_failing(control, ready) or ALL_PASS, patience=None)
    if found != ALL_PASS:
        raise pytest.UsageError(f"fails without any bug: {found}")
    return True


def _find_reaching(checks: list[Check], items: list[pytest.Item], ready: pytest.Item) -> Reaching:
    """Run all tests once, and return those that come to a function, each with its seconds."""
    marked = [check for check in checks if _is_marked(check)]

    def work() -> str:
        reached = mark_functions(marked)
        found = []
        for here, following in zip(items, [*items[1:], ready], strict=True):
            reached.clear()
            began = time.monotonic()
            _run(here, following)
            found.append([here.nodeid, time.monotonic() - began, sorted(reached)])
        return json.dumps(found)

    reaching: Reaching = defaultdict(dict)
    for test, seconds, places in json.loads(_in_fork(work, patience=None)) if marked else ():
        for module, place in places:
            reaching[module, place][test] = seconds
    return reaching


def _is_marked(check: Check) -> bool:
    return check.in_function and check.kind not in AT_IMPORT


def try_out(check: Check, items: list[pytest.Item], ready: pytest.Item, reaching: Reaching) -> str:
    """Return the test that fails with the bug, nothing when none does, or NOT_PUT_IN."""

    def work() -> str:
        try:
            put_in(check)
        except Exception as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            return NOT_PUT_IN
        return _find_failing(_choose(check, items, reaching), ready)

    return _in_fork(work)


def _choose(check: Check, items: list[pytest.Item], reaching: Reaching) -> list[pytest.Item]:
    """Return the tests that may notice a bug, the one that last did first.

    A fixture of a file may have come to the function for all its tests, so those that did not come there
    themselves are tried, too.
    """
    recorded = read_killers().get(check.mutant.name)
    order = {name: place for place, name in enumerate(check.mutant.tests)}
    seconds = reaching[check.mutant.module, check.place]
    files = {name.partition("::")[0] for name in seconds} if _is_marked(check) else order.keys()

    def find_place(item: pytest.Item) -> tuple[bool, bool, int, float]:
        reaches, of_file = item.nodeid in seconds, order.get(_file_of(item), len(order))
        return item.nodeid != recorded, not reaches, of_file, seconds.get(item.nodeid, 0)

    chosen = [item for item in items if item.nodeid == recorded or _file_of(item) in files]
    return sorted(chosen, key=find_place)


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _find_failing(items: list[pytest.Item], ready: pytest.Item) -> str:
    for here, following in zip(items, [*items[1:], ready], strict=True):
        if _run(here, following):
            return here.nodeid
    return ""


def _run(item: pytest.Item, following: pytest.Item) -> bool:
    """Run a test and say whether it fails itself, or leaves unsound books; fixtures of the session stay."""
    from _pytest.runner import runtestprotocol

    failed = [report for report in runtestprotocol(item, nextitem=following, log=False) if report.failed]
    return any(report.when == "call" or UNSOUND.search(report.longreprtext) for report in failed)


def _in_fork(work: Callable[[], str], *, patience: int | None = PATIENCE_SECONDS) -> str:
    """Return what a function says in a process of its own; nothing when it takes too long."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        signal.setitimer(signal.ITIMER_PROF, patience or 0)  # Ends the process when it has worked so long.
        signal.alarm(20 * PATIENCE_SECONDS if patience else 0)  # It waits for what never comes.
        try:
            os.write(writing, work().encode())
        except BaseException as error:  # pytest of this process must not end its session.
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def put_in(check: Check) -> None:
    """Put a bug into what is loaded already: into the code of functions, or into modules loaded anew."""
    if _is_marked(check):
        path = importlib.import_module(check.mutant.module).__file__ or ""
        changed = change_functions(check.mutant.module, compile(check.mutant.wrong, path, "exec"))
        assert changed, f"{check.mutant.name} changes nothing"
        return
    sys.meta_path.insert(0, MutantFinder(check.mutant))
    package = check.mutant.module.split(".")[0]
    if check.kind == "middleware":
        settings.MIDDLEWARE = importlib.reload(sys.modules[check.mutant.module]).MIDDLEWARE
    elif package == "backoffice":
        _load_admin_anew()
    else:
        modules = sorted(name for name in sys.modules if name.startswith(f"{package}."))
        _reload([check.mutant.module, *(modules if check.in_function else [])])
        _reload(name for name in modules if name.endswith("urls"))
    _reload(["billing_site.urls"])
    clear_url_caches()


def _load_admin_anew() -> None:
    """Load the modules of the admin thrice, as they come in no order.

    They register their pages over those that are there. The pages that they take off are off since the first
    load, so that nothing is left to be taken off.
    """
    site = admin.site
    with (
        patch.object(site, "is_registered", lambda model: False),
        patch.object(site, "unregister", lambda models: None),
    ):
        for _ in range(3):
            _reload(name for name in [*sys.modules] if name.startswith("backoffice.admin."))


def _reload(names: Iterable[str]) -> None:
    for name in names:
        importlib.reload(sys.modules[name])
