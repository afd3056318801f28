"""Reading a balance: a seller with 5M ledger entries against one with 10k, also while 16 writers post."""

from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings

from bench.harness import CouldNotMeasure, Options, Row, format_ms, format_rate, say, time_in_turn, weigh
from bench.settlement_batches import (
    Books,
    check_balance,
    fill_books,
    find_middle,
    post_by_service,
    post_plainly,
    sum_entries,
    sum_entries_as_of,
)
from bench.writers import Burst, Crew, add_up
from ledger.as_of import read_seller_balance_as_of, read_trial_balance
from ledger.balances import read_seller_balance, roll_up_balances
from ledger.entry_sums import sum_up_block
from operations.factories import OrganizationFactory

WRITERS = 16
READERS = 4
SHIPPED_INTERVAL: float = settings.CELERY_BEAT_SCHEDULE["roll up balances"]["schedule"]
OFTEN = 0.1  # Seconds between roll-ups where the two shall get into each other's way.


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    big = options.pick(5_000_000, 500_000)
    say(f"  filling {big:,} and 10,000 entries")
    books = fill_books(big=big, small=10_000)
    roll_up_balances()
    return [
        *compare_readers(books, options),
        compare_with_sum(books, options),
        *compare_as_of(books),
        *compare_writers(books, options),
        *check_while_posting(books, options, every=SHIPPED_INTERVAL, timed=True),
        *check_while_posting(books, options, every=OFTEN, timed=False),
    ]


def compare_readers(books: Books, options: Options) -> list[Row]:
    """Read both sellers' balances in turn, nothing else going on."""
    say("  reading")
    big, small = (partial(read_seller_balance, organization_id=pk, currency="USD") for pk in books.sellers)
    found = time_in_turn({"big": big, "small": small}, rounds=options.pick(100, 40))
    job = f"balance, {books.entries:,} entries against 10,000"
    return [weigh(job, found["big"], found["small"], at_most=1.5)]


def compare_with_sum(books: Books, options: Options) -> Row:
    """Read the big seller's balance and sum up its entries in turn."""
    read = partial(read_seller_balance, organization_id=books.sellers[0], currency="USD")
    add = partial(sum_entries, books)
    if read() != add():
        raise CouldNotMeasure("the balance is not the sum of the entries")
    found = time_in_turn({"read": read, "sum": add}, rounds=3, times=2)
    return weigh("the same against SUM over all entries", found["read"], found["sum"])


def compare_as_of(books: Books) -> list[Row]:
    """Read the big seller's balance, and those of all accounts, as of the middle of its entries."""
    say("  summing up, and reading as of an instant")
    while sum_up_block():
        pass
    at = find_middle(books)
    read = partial(read_seller_balance_as_of, organization_id=books.sellers[0], currency="USD", at=at)
    add = partial(sum_entries_as_of, books, at)
    if read() != add():
        raise CouldNotMeasure("the balance as of an instant is not the sum of the entries")
    everything = partial(read_trial_balance, at)
    found = time_in_turn({"read": read, "sum": add, "all": everything}, rounds=3, times=2)
    job = f"balance as of the middle of {books.entries:,} entries"
    seconds = max(found["read"]) / 1000
    return [
        Row(f"{job}, against one second", format_ms(found["read"]), "1 s", seconds, at_most=1),
        weigh(f"{job}, against SUM over those before", found["read"], found["sum"]),
        Row(
            f"trial balance as of then, {books.entries:,} entries",
            format_ms(found["all"]),
            "1 s",
            max(found["all"]) / 1000,
            at_most=1,
        ),
    ]


def compare_writers(books: Books, options: Options) -> list[Row]:
    """Post with 16 writers: to one seller, to a seller each, and the same rows by plain SQL."""
    say(f"  {WRITERS} writers")
    crowd = [OrganizationFactory.create(name=f"Seller {number}").pk for number in range(WRITERS)]
    makers = {
        "one": [partial(post_by_service, books.sellers[0])] * WRITERS,
        "many": [partial(post_by_service, seller) for seller in crowd],
        "plain": [partial(post_plainly, books)] * WRITERS,
    }
    seconds = options.pick(3, 1)
    bursts: dict[str, list[Burst]] = {name: [] for name in makers}
    for _ in range(options.pick(5, 2)):
        for name, works in makers.items():
            bursts[name].append(post_together(works, seconds=seconds))
    rates = {name: [burst.per_second for burst in found] for name, found in bursts.items()}
    costs = {name: [burst.cpu_ms for burst in found] for name, found in bursts.items()}
    who = f"{WRITERS} writers post to one seller"
    return [
        weigh(f"{who}, a second, against a seller each", rates["one"], rates["many"], tell=format_rate),
        weigh(
            f"{who}, a second, against plain SQL",
            rates["one"],
            rates["plain"],
            at_least=0.4,
            tell=format_rate,
        ),
        weigh(f"{who}, CPU of a posting, against plain SQL", costs["one"], costs["plain"], at_most=2.5),
    ]


def post_together(works: Sequence[Callable[[], Callable[[], None]]], *, seconds: float) -> Burst:
    """Let a process do each of these at once while balances are rolled up; return what they did."""
    crew = Crew(seconds)
    for work in works:
        crew.add(work)
    crew.add(lambda: roll_up_balances, pause=SHIPPED_INTERVAL)
    return add_up([burst for burst, _ in crew.run()][: len(works)])


def check_while_posting(books: Books, options: Options, *, every: float, timed: bool) -> list[Row]:
    """Read again and again while 16 writers post and balances are rolled up; every read must be exact."""
    say(f"  reading while {WRITERS} writers post, rolled up every {every:g} s")
    crew = Crew(options.pick(12, 3))
    crew.add(partial(check_balance, books), count=READERS)
    crew.add(lambda: roll_up_balances, pause=every)
    crew.add(partial(post_by_service, books.sellers[0]), count=WRITERS)
    answers = crew.run()
    reads = [read for _, results in answers[:READERS] for read in results]
    wrong = sum(not read.is_exact for read in reads)
    rate = add_up([burst for burst, _ in answers[-WRITERS:]]).per_second
    exact = Row(
        f"wrong reads while {WRITERS} writers post {rate:,.0f}/s, rolled up every {every:g} s",
        f"{wrong} of {len(reads)}",
        "0",
        wrong,
        0,
    )
    if not timed:
        return [exact]
    big, small = [read.big_ms for read in reads], [read.small_ms for read in reads]
    return [exact, weigh(f"balance while {WRITERS} writers post, big against 10,000", big, small)]
