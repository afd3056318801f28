"""Who may what: each operation of the server by each principal, on its own, foreign and unknown records."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from backoffice.log_in.second_factor import MONEY
from billing_site import health
from tests.module_rows import rows_of_module
from tests.who_may_what.asking import Answer, name_ids
from tests.who_may_what.cells import FOREIGN, OWN, UNKNOWN, Cell, Variant, list_cells
from tests.who_may_what.operations import list_operations
from tests.who_may_what.policy import DENIED, DOORS, REFUSED, find_door, read_policy
from tests.who_may_what.principals import METRICS_TOKEN
from tests.who_may_what.world import World, make_world, quiet, without_words

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPERATIONS = list_operations()
POLICY = read_policy()
# Who is refused leaves at most a count of wrong passwords, and a session that goes on.
LEFT_BEHIND = {"access_logincounter", "django_session"}
BILLYS_OWN = ("403", "404"), ("403", "400")  # docs/who-may-what.md


@pytest.fixture(scope="module")
def world(request) -> Iterator[World]:
    """All that is asked about, made once; each request is undone."""
    with quiet(), rows_of_module(request, make_world) as made:
        yield made


@pytest.fixture(autouse=True)
def _in_operation(settings, monkeypatch):
    """The server stands on what it needs, and has a token for its metrics."""
    settings.BASE_URL = "http://testserver"
    settings.METRICS_TOKEN = METRICS_TOKEN
    settings.STAFF_SECOND_FACTOR = MONEY
    monkeypatch.setattr(health, "CHECKS", {})


def test_each_operation_has_a_row_and_each_row_an_operation():
    assert {*POLICY} == {str(operation) for operation in OPERATIONS}


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.night)], ids=["share", "all"])
@pytest.mark.parametrize("door", DOORS)
def test_each_principal_gets_what_the_table_says_and_learns_of_nothing_foreign(world, door, every):
    here = [operation for operation in OPERATIONS if find_door(operation.route) == door]
    assert here
    cells = list_cells(door, here, world.principals, POLICY, every=every)
    found = [
        wrong
        for cell in cells
        for variant in cell.variants
        for wrong in look_at(world, door, cell, variant, render=every)
    ]
    assert found == []


def look_at(world: World, door: str, cell: Cell, how: Variant, *, render: bool) -> Iterator[str]:
    """Yield what is wrong with a cell, in words."""
    operation, principal = cell.operation, cell.principal
    expected = POLICY[str(operation)].expect(principal, DOORS[door][1])
    what = f"{operation} by {principal.name}, {how.format} {how.spelling}"
    with ExitStack() as stack:
        if not render and expected not in REFUSED:
            stack.enter_context(without_words())
        own = world.ask(operation, principal, OWN, how)
    if own.outcome != expected:
        yield f"{what}: {own.outcome} and not {expected}"
    if own.outcome in DENIED and not own.written <= LEFT_BEHIND:
        yield f"{what}: refused, and wrote {own.written}"
    if not cell.is_compared:
        return
    unknown = world.ask(operation, principal, UNKNOWN, how)
    for side, answer in compare_with(world, cell, how, own):
        if tell(world, cell, side, answer) != tell(world, cell, UNKNOWN, unknown):
            if not (door == "billy" and (answer.outcome, unknown.outcome) in BILLYS_OWN):
                yield f"{what}: {side} tells {answer.outcome}, unknown {unknown.outcome}"
        elif answer.queries != unknown.queries:
            yield f"{what}: {side} takes {answer.queries} queries, unknown {unknown.queries}"


def compare_with(world: World, cell: Cell, how: Variant, own: Answer) -> Iterator[tuple[str, Answer]]:
    """Yield the answers about records that are foreign to a principal."""
    tenant = cell.principal.tenant
    if tenant in (OWN, ""):
        foreign = world.ask(cell.operation, cell.principal, FOREIGN, how)
        if tenant == OWN or foreign.outcome in REFUSED:
            yield FOREIGN, foreign
    if tenant == FOREIGN or (tenant == "" and own.outcome in REFUSED):
        yield OWN, own


def tell(world: World, cell: Cell, side: str, answer: Answer):
    return answer.compare(name_ids(cell.operation, world.records[side]))
