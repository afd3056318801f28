"""`manage.py verify` on a million ledger entries with their charges, beside plain sums of the same tables."""

import time

from bench.harness import CouldNotMeasure, Options, Row, format_ms, say, time_each, time_in_turn, weigh
from bench.rows import execute, fetch_one, filling
from bench.subscribers import fill_past_period, fill_subscriptions
from core import clock
from ledger.balances import roll_up_balances
from ledger.day_trees.close import ONE_DAY, advance_tree
from ledger.models import DayTree
from operations.verification import find_breaches
from operations.watching import look

ENTRIES_OF_A_CHARGE = 3
LONGEST_CLOSE = 300.0
# What the filled subscriptions lack of a life that began here.
COMPLETE = """
INSERT INTO subscriptions_subscriptionchange
    (id, subscription_id, from_status, to_status, actor, reason, created_at)
SELECT -3 * s.id + step.place, s.id, step.from_status, step.to_status, 'bench', '', s.created_at
FROM subscriptions_subscription s
CROSS JOIN (VALUES (0, 'pending', 'accepted'), (1, 'accepted', 'processed'), (2, 'processed', 'active'))
    AS step (place, from_status, to_status)
WHERE s.status = 'active';
UPDATE subscriptions_subscription SET first_period = 1, event_count = 1 WHERE status = 'active';
UPDATE events_event SET sequence = 1 WHERE object_type = 'subscription';
UPDATE customers_application SET client_secret = ''
"""
COMPLETED = ("subscriptions_subscriptionchange", "subscriptions_subscription", "events_event")
PLAIN = """
SELECT (SELECT COUNT(*) FROM ledger_ledgertransaction),
       (SELECT SUM(amount_minor) FROM ledger_ledgerentry),
       (SELECT SUM(total_minor) FROM charges_charge),
       (SELECT SUM(amount_minor) FROM charges_attempt),
       (SELECT SUM(price_minor) FROM subscriptions_subscription),
       (SELECT COUNT(*) FROM charges_acceptance),
       (SELECT COUNT(*) FROM charges_statuschange),
       (SELECT COUNT(*) FROM subscriptions_subscriptionchange),
       (SELECT SUM(sequence) FROM events_event)
"""
# Filled subscriptions fell due years ago, and nobody works on them.
BEHIND = {"I-40f"}


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    charges = options.pick(1_000_000, 60_000) // ENTRIES_OF_A_CHARGE + 1
    fill(charges)
    entries = ENTRIES_OF_A_CHARGE * charges
    say("  closing the tree of the day")
    days = time_each(close_day, times=1)
    say("  verifying")
    found = time_in_turn(
        {"ours": verify, "plain": lambda: fetch_one(PLAIN)}, rounds=options.pick(2, 2), times=1
    )
    minute = [time_each(look, times=3)]
    return [
        weigh(
            f"verify, {entries:,} entries with their charges, against plain sums",
            found["ours"],
            found["plain"],
        ),
        Row(
            f"verify, {entries:,} entries: seconds, against ten",
            f"{min(found['ours']) / 1000:.1f} s",
            "10 s",
            min(found["ours"]) / 10_000,
            at_most=1.0,
        ),
        Row(f"the look of each minute, {entries:,} entries", format_ms(minute), ""),
        Row(f"the tree of a day with {charges:,} ledger transactions, closed", format_ms([days]), ""),
    ]


def fill(charges: int) -> None:
    """Fill charges that were collected, with their subscriptions; what verify asks of them is true."""
    say(f"  filling {charges:,} charges")
    fill_subscriptions(charges)
    fill_past_period(charges)
    with filling(*COMPLETED):
        execute(COMPLETE)
    roll_up_balances()


def close_day() -> None:
    """Close the tree that takes all of the ledger. Raises CouldNotMeasure when it stays open."""
    end = time.monotonic() + LONGEST_CLOSE
    # At noon: in the first minutes of a day the one before it is not closed yet.
    with clock.travel_to(clock.now().replace(hour=12) + 2 * ONE_DAY):
        while not DayTree.objects.filter(closed_at__isnull=False).exists():
            if time.monotonic() > end:
                raise CouldNotMeasure("the tree of the day was not closed")
            if not advance_tree():
                time.sleep(0.1)  # PostgreSQL's own analysis of tables is a transaction under way, too.


def verify() -> None:
    """Check all invariants by two connections. Raises CouldNotMeasure when one is broken."""
    broken = {breach.invariant.id for breach in find_breaches(side_by_side=True)} - BEHIND
    if broken:
        raise CouldNotMeasure(f"broken: {', '.join(sorted(broken))}")
