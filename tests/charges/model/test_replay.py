"""Traces of the model, replayed on the real code: rows and books are the same after every step."""

from contextlib import closing

import pytest

from charges.models import Attempt, AttemptState, Charge
from gateway.registry import get_gateway
from ledger.models import LedgerTransaction
from operations.factories import CallerFactory, ChargeFactory
from tests.charges.model.exploring import Act, Exploration
from tests.charges.model.mistakes import Mistakes
from tests.charges.model.replaying import Replay
from tests.charges.model.scripted import SCRIPTED
from tests.charges.model.tracing import Traces
from tests.charges.model.vocabulary import UNLIMITED, Bounds, Db, Status
from tests.charges.model.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STATES = 20_000
BY = {False: "by key", True: "by reference"}


@pytest.fixture(autouse=True)
def _scripted_gateway(settings):
    settings.GATEWAYS = SCRIPTED
    get_gateway.cache_clear()


@pytest.fixture
def caller():
    return CallerFactory()


def read_model(world: World, state: int) -> tuple:
    fields = {name: world.layout.read(state, name) for name in world.layout.limits}
    numbers = [n for n in range(1, world.bounds.attempts + 1) if fields[f"db{n}"]]
    rows = [Db(fields[f"db{n}"]).name.lower() for n in numbers]
    refs = [fields[f"ref{n}"] for n in numbers] if world.bounds.prepares else []
    # The model has no attempt after its last, so it cannot say what follows when that is void.
    is_at_an_end = rows and len(rows) == world.bounds.attempts and rows[-1] == "voided"
    status = "" if is_at_an_end and not fields["given_up"] else Status(fields["status"]).name.lower()
    return rows, refs, fields["posts"], status


def read_database(charge: Charge, like: tuple) -> tuple:
    attempts = list(Attempt.objects.filter(charge=charge).order_by("number"))
    refs = [int(attempt.gateway_reference is not None) for attempt in attempts] if like[1] else []
    status = Charge.objects.get(pk=charge.pk).status if like[3] else ""
    posts = LedgerTransaction.objects.filter(reference=charge.key).count()
    return [attempt.state for attempt in attempts], refs, posts, status


def replay(world: World, trace: list[Act], caller) -> None:
    charge = ChargeFactory(activated=True, caller=caller)
    with closing(Replay(world, charge, trace)) as replayed:
        for number, act in enumerate(trace, 1):
            replayed.take(act)
            expected = read_model(world, act.state)
            assert read_database(charge, expected) == expected, list(map(str, trace[:number]))


def replay_all(bounds: Bounds, caller, *, by_row: bool) -> int:
    world = World(bounds)
    traces = list(Traces(world, states=STATES, by_row=by_row).list_traces())
    for trace in traces:
        replay(world, trace, caller)
    return len(traces)


@pytest.mark.parametrize("prepares", BY, ids=BY.get)
def test_the_real_code_does_what_the_model_says(prepares, caller):
    bounds = Bounds(2, 1, UNLIMITED, prepares, patience=2, retries=0)
    assert replay_all(bounds, caller, by_row=False) > 40


@pytest.mark.night
@pytest.mark.parametrize("prepares", BY, ids=BY.get)
@pytest.mark.parametrize(("attempts", "resolvers"), [(2, 1), (1, 2)])
def test_the_real_code_does_what_the_model_says_from_every_row(attempts, resolvers, prepares, caller):
    bounds = Bounds(attempts, resolvers, UNLIMITED, prepares, patience=2, retries=0)
    assert replay_all(bounds, caller, by_row=True) > 80


def test_a_resolver_that_slept_does_not_void_what_another_has_sent_by_a_reference_since(caller):
    """The processor knows no reference and calls it void; by then the row has one, and money has moved."""
    bounds = Bounds(1, 2, 0, True, patience=2, retries=0, hints=False)
    world = World(bounds, Mistakes(void_of_nothing_is_believed=True))
    found = Exploration(world).run().found
    charge = ChargeFactory(activated=True, caller=caller)
    with closing(Replay(world, charge, found.trace)) as replayed:
        for act in found.trace:
            replayed.take(act)
        assert charge.attempts.get().state == AttemptState.UNKNOWN
