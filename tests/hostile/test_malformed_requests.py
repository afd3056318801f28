"""Whatever comes in at whichever door: no fault of ours, a refusal in the door's own shape, nothing changed.

`make malformed` sends 50,000; each follows from the seed that is printed and its number.
"""

import sys

import pytest
from django.core.cache import caches

from tests.hostile import counts
from tests.hostile.asking import keep, read_corpus
from tests.hostile.forms import find_forms
from tests.hostile.malforming import Doors, make_request
from tests.hostile.marketplace import Marketplace
from tests.hostile.operations import list_operations
from tests.hostile.siege import Siege
from tests.hostile.watching import FaultLog

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY = 10_000


@pytest.fixture
def siege(settings):
    """A server that does not count how often it is asked, as all requests are of the same few callers."""
    settings.PROCESSOR_CALLS_RATE = settings.HOOKS_RATE = settings.COMPANY_CREATION_RATE = "100000000/second"
    for cache in ("default", "verified"):
        caches[cache].clear()
    with FaultLog() as log:
        yield Siege(Marketplace(), log)


def add_forms(siege: Siege, every: int) -> Doors:
    """The operations of all doors, with those of the forms of pages."""
    doors = dict(list_operations())
    for door, part in (("pages", max(1, every // 4)), ("admin", every)):
        doors[door] = [*doors[door], *find_forms(doors[door], siege.ask, part)]
    siege.log.take()
    siege.rows.find_changes()
    return doors


def test_what_was_once_answered_wrongly_is_not_any_more(siege):
    corpus = read_corpus()
    siege.run((asked.door, asked) for asked in corpus.values())
    assert not siege.faults, "\n".join(siege.faults)


@pytest.mark.parametrize("shard", range(counts.SHARDS))
def test_no_malformed_request_is_a_fault_of_ours(siege, shard, capsys):
    count, seed = counts.REQUESTS // counts.SHARDS, counts.SEED + shard
    doors = add_forms(siege, every=1 if counts.REQUESTS >= MANY else 8)
    numbers = [int(counts.ONLY)] if counts.ONLY else range(count)
    drawn = (make_request(seed, number, doors) for number in numbers)
    siege.run((asked.door, asked) for asked in drawn)
    for asked in siege.guilty[: 20 * counts.KEEP]:
        keep(asked)
    with capsys.disabled():
        report(siege, seed)
    assert sum(siege.statuses.values()) == len(numbers)
    assert not siege.faults, f"{len(siege.faults)} faults\n" + "\n".join(siege.faults[:40])


def report(siege: Siege, seed: int) -> None:
    """Print what was sent: of each door how many requests, and how they were answered."""
    sent = sum(siege.statuses.values())
    times = f"{siege.seconds:.0f} s, {siege.cpu_seconds:.0f} s of CPU, slowest {siege.slowest:.2f} s"
    lines = [f"seed {seed}: {sent} requests in {times}, {len(siege.faults)} faults"]
    for door in sorted({door for door, _ in siege.statuses}):
        of_door = {status: count for (name, status), count in siege.statuses.items() if name == door}
        lines.append(f"  {door}: {sum(of_door.values())} {dict(sorted(of_door.items()))}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
