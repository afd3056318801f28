"""Traces of the model, replayed on the real code: rows and books are the same after every step."""

import pytest

from charges.models import Attempt, Charge
from gateway.registry import get_gateway
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory
from tests.charges.model.replaying import Replay
from tests.charges.model.scripted import SCRIPTED
from tests.charges.model.tracing import Traces
from tests.charges.model.vocabulary import UNLIMITED, Bounds, Db, Status
from tests.charges.model.world import World

pytestmark = pytest.mark.django_db(transaction=True)
STATES = 20_000


@pytest.fixture(autouse=True)
def _scripted_gateway(settings):
    settings.GATEWAYS = SCRIPTED
    get_gateway.cache_clear()


def read_model(world: World, state: int) -> tuple:
    fields = {name: world.layout.read(state, name) for name in world.layout.limits}
    rows = [
        Db(fields[f"db{n}"]).name.lower() for n in range(1, world.bounds.attempts + 1) if fields[f"db{n}"]
    ]
    refs = [fields[f"ref{n}"] for n in range(1, len(rows) + 1)] if world.bounds.prepares else []
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


def replay(world: World, trace: list) -> None:
    charge = ChargeFactory(activated=True)
    replayed = Replay(world, charge, trace)
    done = []
    try:
        for act in trace:
            done.append(f"{act.who} {act.what}")
            replayed.take(act)
            expected = read_model(world, act.state)
            assert read_database(charge, expected) == expected, done
    finally:
        replayed.close()


@pytest.mark.parametrize("prepares", [False, True], ids=["by key", "by reference"])
@pytest.mark.parametrize("attempts, resolvers", [(2, 1), (1, 2)])
def test_the_real_code_does_what_the_model_says(attempts, resolvers, prepares):
    bounds = Bounds(attempts, resolvers, UNLIMITED, prepares, patience=2, retries=0)
    world = World(bounds)
    for trace in Traces(world, states=STATES).list_traces():
        replay(world, trace)
