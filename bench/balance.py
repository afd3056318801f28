"""Reading a balance: a seller with 5M ledger entries against one with 10k, also while 16 writers post."""

from functools import partial

from django.conf import settings

from bench.books import Books, check_balance, fill_books, post_by_service, post_plainly, sum_entries
from bench.harness import CouldNotMeasure, Options, Row, format_rate, interleave, say, time_each, weigh
from bench.writers import Burst, Crew, add_up
from ledger.balances import read_seller_balance, roll_up_balances

WRITERS = 16
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
        *compare_writers(books, options),
        *check_while_posting(books, options, every=SHIPPED_INTERVAL, timed=True),
        *check_while_posting(books, options, every=OFTEN, timed=False),
    ]


def compare_readers(books: Books, options: Options) -> list[Row]:
    """Read both sellers' balances in turn, nothing else going on."""
    say("  reading")
    big, small = (partial(read_seller_balance, organization_id=pk, currency="USD") for pk in books.sellers)
    times = options.pick(400, 200)
    found = interleave(
        {"big": partial(time_each, big, times=times), "small": partial(time_each, small, times=times)},
        rounds=options.pick(9, 5),
    )
    job = f"balance, {books.entries:,} entries against 10,000"
    return [weigh(job, found["big"], found["small"], at_most=1.5)]


def compare_with_sum(books: Books, options: Options) -> Row:
    """Read the big seller's balance and sum up its entries in turn."""
    read = partial(read_seller_balance, organization_id=books.sellers[0], currency="USD")
    add = partial(sum_entries, books)
    if read() != add():
        raise CouldNotMeasure("the balance is not the sum of the entries")
    found = interleave(
        {"read": partial(time_each, read, times=50), "sum": partial(time_each, add, times=1)}, rounds=3
    )
    return weigh("the same against SUM over all entries", found["read"], found["sum"])


def compare_writers(books: Books, options: Options) -> list[Row]:
    """Let 16 writers post to the big seller through our service, and append the same rows plainly."""
    say(f"  {WRITERS} writers")
    seconds = options.pick(3, 1)
    bursts: dict[str, list[Burst]] = {"service": [], "plain": []}
    for _ in range(options.pick(5, 2)):
        for name, make_post in (("service", post_by_service), ("plain", post_plainly)):
            crew = Crew(seconds)
            crew.add(partial(make_post, books), count=WRITERS)
            crew.add(lambda: roll_up_balances, pause=SHIPPED_INTERVAL)
            bursts[name].append(add_up([burst for burst, _ in crew.run()][:WRITERS]))
    rates = [[burst.per_second for burst in found] for found in bursts.values()]
    costs = [[burst.cpu_ms for burst in found] for found in bursts.values()]
    return [
        weigh(f"posting against plain append, {WRITERS} writers, a second", *rates, tell=format_rate),
        weigh(f"posting against plain append, {WRITERS} writers, CPU", *costs),
    ]


def check_while_posting(books: Books, options: Options, *, every: float, timed: bool) -> list[Row]:
    """Read again and again while 16 writers post and balances are rolled up; every read must be exact."""
    say(f"  reading while {WRITERS} writers post, rolled up every {every:g} s")
    crew = Crew(options.pick(12, 3))
    crew.add(partial(check_balance, books))
    crew.add(lambda: roll_up_balances, pause=every)
    crew.add(partial(post_by_service, books), count=WRITERS)
    (_, reads), _, *writers = crew.run()
    wrong = sum(not read.is_exact for read in reads)
    rate = add_up([burst for burst, _ in writers]).per_second
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
