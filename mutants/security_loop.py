"""`pytest -p mutants.security_loop` runs, for each check, the tests that should notice that it is gone.

Modules, tests and database are made ready once. A process forked for each check then puts the bug into its
own memory and runs until a test fails.
"""

import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connections
from django.urls import clear_url_caches

from mutants.loading import MutantFinder
from mutants.mutant import Mutant
from mutants.security import Check, list_checks
from mutants.security_run import ASKED, SUFFIX
from mutants.security_tests import read_killers

PATIENCE_SECONDS = 60  # Of work; the machine may be busy, so a process may wait for as long as it likes to.
ALL_PASS = "all pass"
# Kinds of checks that are made when a module is loaded, not when a function runs.
AT_IMPORT = frozenset({"role", "CSRF", "button", "middleware"})


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the mutants in the place of the tests."""
    asked = Path(os.environ[ASKED])
    ready = next(item for item in session.items if item.get_closest_marker("django_db"))
    _run(ready, session.items[-1] if ready is session.items[0] else session.items[0])
    connections.close_all()
    killed: dict[str, str] = {}
    with asked.with_suffix(SUFFIX).open("w") as answers:
        for name in json.loads(asked.read_text()):
            killer = _try_out(list_checks()[name], session.items, ready)
            killed |= {name: killer} if killer else {}
            answers.write(json.dumps([name, killer]) + "\n")
            answers.flush()
            sys.stdout.write(f"{'noticed ' if killer else 'SURVIVED'}  {name}\n")
            sys.stdout.flush()
    control = [item for item in session.items if item.nodeid in {*killed.values()}]
    found = _in_fork(lambda: _find_failing(control, ready) or ALL_PASS, patience=None)
    if found != ALL_PASS:
        raise pytest.UsageError(f"fails without any bug: {found}")
    return True


def _try_out(check: Check, items: list[pytest.Item], ready: pytest.Item) -> str:
    """Return the test that fails with the bug, or nothing."""

    def work() -> str:
        put_in(check)
        return _find_failing(_choose(check, items), ready)

    return _in_fork(work)


def _choose(check: Check, items: list[pytest.Item]) -> list[pytest.Item]:
    order = {name: place for place, name in enumerate(check.mutant.tests)}
    recorded = read_killers().get(check.mutant.name)
    chosen = [item for item in items if item.nodeid == recorded or _file_of(item) in order]
    return sorted(
        chosen, key=lambda item: -1 if item.nodeid == recorded else order.get(_file_of(item), len(order))
    )


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _find_failing(items: list[pytest.Item], ready: pytest.Item) -> str:
    for here, following in zip(items, [*items[1:], ready], strict=True):
        if _run(here, following):
            return here.nodeid
    return ""


def _run(item: pytest.Item, following: pytest.Item) -> bool:
    """Run a test and say whether it fails itself; fixtures of the session stay for the next one."""
    from _pytest.runner import runtestprotocol

    reports = runtestprotocol(item, nextitem=following, log=False)
    return any(report.failed and report.when == "call" for report in reports)


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
    if check.in_function and check.kind not in AT_IMPORT:
        return _change_functions(check.mutant)
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
    """Load the modules of the admin thrice, as they come in no order, and keep what they register."""
    before = dict(admin.site._registry)
    for _ in range(3):
        admin.site._registry.clear()
        _reload(name for name in [*sys.modules] if name.startswith("backoffice.admin."))
    admin.site._registry = before | admin.site._registry


def _reload(names: Iterable[str]) -> None:
    for name in names:
        importlib.reload(sys.modules[name])


def _change_functions(mutant: Mutant) -> None:
    path = importlib.import_module(mutant.module).__file__ or ""
    codes = {_place(code): code for code in _walk(compile(mutant.wrong, path, "exec"))}
    changed = 0
    gc.unfreeze()  # The collector lists no objects that tests/conftest.py has frozen.
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename == path:
            code = codes[_place(each.__code__)]
            changed += each.__code__ != code
            each.__code__ = code
    assert changed, f"{mutant.name} changes nothing"


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _walk(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _walk(constant)
