"""The same work in a marketplace and in one of ten times the size: renewals, reads, pages, a statement."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.test.utils import override_settings

from access.oauth.access_tokens import issue_token
from bench.admin import LISTS, fetch, list_terms
from bench.harness import CouldNotMeasure, Options, Row, interleave, say, weigh
from bench.lists import PATH
from bench.marketplace import fill_marketplace
from bench.postgres import fresh_database, in_database
from bench.renewing import renew_batch
from bench.rows import fetch_one
from bench.settlement_batches import payable
from bench.subscribers import BEFORE_ALL, find_instant
from bookkeeping.statements.figures import sum_up
from charges.models import Charge
from core import clock
from ledger.as_of import read_seller_balance_as_of
from ledger.balances import read_seller_balance
from ledger.models import LedgerAccount, LedgerEntry
from operations.factories import UserFactory
from subscriptions.renewal.claim import claim_renewals
from subscriptions.renewal.renew import BATCH

SMALL, LARGE = "bench_growth_small", "bench_growth_large"
AT_MOST = 1.3
SEARCHES = ("id", "e-mail", "amount, 9.00", "X-Request-ID", "nothing that there is")
Works = dict[str, Callable[[], object]]


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    small = 500_000 if options.huge else options.pick(100_000, 10_000)
    large = 10 * small
    with fresh_database(SMALL), fresh_database(LARGE), override_settings(ALLOWED_HOSTS=["*"]):
        works: dict[str, Works] = {}
        for name, count in ((SMALL, small), (LARGE, large)):
            with in_database(name):
                say(f"  filling {count:,} charges and as many subscriptions")
                fill(count)
                works[name] = list_works(lines=min(1_000, small // 400))
                [size] = fetch_one("SELECT pg_size_pretty(pg_database_size(current_database()))")
                say(f"    {LedgerEntry.objects.count():,} ledger entries, {size}")
        return [compare(job, works, large, small, options) for job in works[LARGE]]


def compare(job: str, works: dict[str, Works], large: int, small: int, options: Options) -> Row:
    """Do the same in both in turn."""
    say(f"  {job}")
    found = interleave(
        {name: partial(time_in, name, works[name][job]) for name in (LARGE, SMALL)},
        rounds=options.pick(9, 3),
    )
    said = f"{job}, {large:,} charges and subscriptions against {small:,}"
    return weigh(said, found[LARGE], found[SMALL], at_most=AT_MOST)


def time_in(database: str, work: Callable[[], object]) -> float:
    """Return how many milliseconds a work takes by a connection that did it before."""
    with in_database(database):
        work()
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000


def fill(count: int) -> None:
    """Fill the database at hand."""
    fill_marketplace(count, subscriptions=count)
    UserFactory.create(username="root", superuser=True)


def list_works(*, lines: int) -> Works:
    """Return what is done in the database at hand, to rows in the middle of it, by name.

    The statement has so many lines in both, as sellers of the larger one sell ten times as much in a month.
    """
    sold = Charge.objects.filter(status="success", test=False).order_by("pk")
    charge: Any = sold[sold.count() // 2]
    app = charge.order_application
    seller, dollars = charge.payee_id, "USD"
    token = issue_token(charge.buyer_account, app, app.allowed_scopes)
    at = clock.now() - timedelta(days=500)
    pages = {f"search by {what}": f"/admin/search/?q={list_terms()[what]}" for what in SEARCHES}
    pages |= {"first page of the admin": "/admin/", "list of charges in the admin": LISTS["charges"]}
    return {
        f"renewal of {BATCH:,}": renew_next_batch,
        "poll with nothing due": lambda: claim_renewals(until=BEFORE_ALL, limit=BATCH),
        "balance": lambda: read_seller_balance(organization_id=seller, currency=dollars),
        "balance as of an instant": lambda: read_seller_balance_as_of(
            organization_id=seller, currency=dollars, at=at
        ),
        "list of a buyer by API": lambda: fetch_charges(token),
        f"statement of {lines:,} lines": read_statement(seller, since=at, count=lines),
        **{name: partial(fetch_as_staff, address) for name, address in pages.items()},
    }


def renew_next_batch() -> None:
    """Renew what is due next."""
    with clock.travel_to(find_instant(BATCH)):
        renew_batch()


def read_statement(seller_id: int, *, since: datetime, count: int) -> Callable[[], object]:
    """Return what sums up so many lines of a seller from an instant on, as for a month that is open."""
    kind = payable(seller_id).kind
    account = LedgerAccount.objects.get(organization=seller_id, kind=kind, livemode=True, currency="USD")
    lines = LedgerEntry.objects.filter(account=account, transaction__created_at__gte=since).order_by("pk")
    first, last = (lines[place] for place in (0, count))
    span = {"start": since, "end": last.transaction.created_at}
    return partial(sum_up, account.pk, opening_minor=0, first=first.pk, **span)


def fetch_charges(token: str) -> None:
    """Fetch the first page of a buyer's charges. Raises CouldNotMeasure."""
    answer = Client(SERVER_NAME="127.0.0.1").get(PATH, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code != 200 or not answer.json()["result"]:
        raise CouldNotMeasure(f"{PATH} answered {answer.status_code}, or without any charge")


def fetch_as_staff(address: str) -> None:
    """Fetch a page of the admin."""
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(get_user_model().objects.get(username="root"))
    fetch(browser, address)
