"""The admin at a million charges against ten thousand: first page, search, lists, pages, files."""

import statistics
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.test.utils import override_settings

from bench.admin_lists import CHARGES, FILES, FILTERS, LISTS
from bench.closed_months import close_months
from bench.harness import CouldNotMeasure, Options, Row, interleave, say, time_each, weigh
from bench.marketplace import RARE, fill_marketplace
from bench.postgres import fresh_database, in_database
from charges.models import Attempt, Charge
from core import clock
from customers.models import Organization
from ledger.models import LedgerEntry, LedgerTransaction
from mail.models import Mail
from operations.factories import UserFactory
from request_log.models import LoggedRequest
from subscriptions.models import Subscription

SMALL, LARGE = "bench_admin_small", "bench_admin_large"
MOST_MS = 300.0
Pages = dict[str, str]


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    small, large = options.pick(10_000, 2_000), options.pick(1_000_000, 50_000)
    with fresh_database(SMALL), fresh_database(LARGE):
        pages: dict[str, Pages] = {}
        for name, count in ((SMALL, small), (LARGE, large)):
            with in_database(name):
                say(f"  filling {count:,} charges")
                fill_marketplace(count)
                close_months()
                UserFactory.create(username="root", superuser=True)
                pages[name] = list_pages()
        say(f"  asking for {len(pages[LARGE])} pages")
        with override_settings(ALLOWED_HOSTS=["*"]):
            return compare_pages(pages, large, small, options)


def compare_pages(pages: dict[str, Pages], large: int, small: int, options: Options) -> list[Row]:
    """Fetch every page of both in turn, and say of the slowest whether it keeps to its time."""
    rows, slowest, which = [], [0.0], ""
    for job in pages[LARGE]:
        found = interleave(
            {name: partial(time_page, name, pages[name][job]) for name in (LARGE, SMALL)},
            rounds=options.pick(5, 1),
        )
        rows.append(weigh(f"admin, {job}", found[LARGE], found[SMALL]))
        if statistics.median(found[LARGE]) > statistics.median(slowest):
            slowest, which = found[LARGE], job
    limit = [MOST_MS] * len(slowest)
    said = f"the slowest of {len(rows)} at {large:,} charges ({which}), against 300 ms"
    return [*rows, weigh(said, slowest, limit, at_most=1)]


def time_page(database: str, address: str) -> float:
    """Return how long one page takes in milliseconds, of files the first bytes. Raises CouldNotMeasure."""
    with in_database(database):
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(get_user_model().objects.get(username="root"))
        fetch(browser, address)  # The connection is new.
        return time_each(partial(fetch, browser, address), times=1)


def fetch(browser: Client, address: str) -> None:
    """Ask for a page or for the first bytes of a file. Raises CouldNotMeasure."""
    answer = browser.get(address)
    if answer.status_code != 200:
        raise CouldNotMeasure(f"{address} answered {answer.status_code}")
    if answer.streaming:
        parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
        next(parts)
        next(parts)


def list_pages() -> Pages:
    """Return what is asked for, of rows in the middle of the database at hand."""
    return {
        "first page": "/admin/",
        "reports": "/admin/ledger/month/reports/",
        **{f"search by {what}": f"/admin/search/?q={term}" for what, term in list_terms().items()},
        **{f"list of {name}": address for name, address in LISTS.items()},
        **list_filters(),
        **{f"file of {name}": f"{LISTS[name]}?export=csv" for name in FILES},
        "file of charges of a year": f"{CHARGES}?{_since(365)}&export=csv",
        "file of charges of a month, long ago": f"{CHARGES}?{_month('created_at')}&export=csv",
        "file of failed charges": f"{CHARGES}?failure=*&export=csv",
        **list_details(),
    }


def _middle(model: type[Model], **wanted: Any) -> Any:
    rows = model._default_manager.filter(**wanted)
    return rows.order_by("pk")[rows.count() // 2]


def _month(field: str) -> str:
    """Ask for a month that is long ago."""
    day = (clock.now() - timedelta(days=500)).date()
    return f"{field}_from={day}&{field}_to={day + timedelta(days=30)}"


def _since(days: int, field: str = "created_at") -> str:
    return f"{field}_from={(clock.now() - timedelta(days=days)).date()}"


def list_terms() -> dict[str, str]:
    """Return what somebody may know, by what it is."""
    charge = _middle(Charge, status="success", test=False)
    attempt = charge.attempts.get()
    asked = _middle(LoggedRequest)
    return {
        "id": charge.public_id,
        "the beginning of an id": str(charge.public_id)[:13],
        "e-mail": charge.buyer_account.email,
        "organisation": "Party%2012",
        "licence": charge.buyer.license_id,
        "app": charge.order_application.client_id,
        "what was sold, a common word": "exten",
        "what was sold, a rare word": "heatm",
        "what was sold, no such word": "zeppelin",
        "last four that few have": "0341",
        "amount, 9.00": "9.00",
        "amount, 900": "900",
        "last four": "4242",
        "date": f"{charge.created_at:%Y-%m-%d}",
        "invoice number": f"INV-{charge.pk}",
        "processor reference": attempt.gateway_reference,
        "attempt key": attempt.key,
        "X-Request-ID": asked.request_id,
        "the beginning of an X-Request-ID": asked.request_id[:10],
        "nothing that there is": "nobody@nowhere.example",
    }


def list_filters() -> Pages:
    """Return the filters of the lists, by what they ask for."""
    charge = _middle(Charge, status="success", test=False)
    values = {
        "app": charge.order_application.client_id,
        "seller": charge.payee.license_id,
        "nobody": Organization.objects.get(name="Party 5").license_id,
        "payee": charge.payee_id,
        "buyer": charge.buyer_id,
        "email": charge.buyer_account.email,
        "id": charge.public_id,
        "day": charge.created_at.date(),
        "month": _month("created_at"),
        "issued": _month("issued_at"),
        "sent": _month("sent_at"),
        "sent_year": _since(365, "sent_at"),
        "posted": _month("posted"),
        "year": _since(365),
        "rare": RARE,
    }
    return {
        f"{name}, {what}": f"{LISTS[name]}?{said.format(**values)}"
        for name, filters in FILTERS.items()
        for what, said in filters.items()
    }


def list_details() -> Pages:
    """Return pages of one row, and timelines."""
    charge, failed = _middle(Charge, status="success", test=False), _middle(Charge, status="failed")
    subscription = _middle(Subscription)
    pages = {
        "a charge": f"{CHARGES}{charge.pk}/change/",
        "a charge that failed": f"{CHARGES}{failed.pk}/change/",
        "timeline of a charge": f"{CHARGES}{charge.pk}/timeline/",
        "a subscription": f"{LISTS['subscriptions']}{subscription.pk}/change/",
        "timeline of a subscription": f"{LISTS['subscriptions']}{subscription.pk}/timeline/",
        "a buyer": f"{LISTS['organisations']}{charge.buyer_id}/change/",
        "timeline of a buyer": f"{LISTS['organisations']}{charge.buyer_id}/timeline/",
        "a seller": f"{LISTS['organisations']}{charge.payee_id}/change/",
        "timeline of a seller": f"{LISTS['organisations']}{charge.payee_id}/timeline/",
    }
    for name, model in (
        ("attempts", Attempt),
        ("ledger transactions", LedgerTransaction),
        ("ledger entries", LedgerEntry),
        ("mails", Mail),
    ):
        pages[f"a page of {name}"] = f"{LISTS[name]}{_middle(model).pk}/change/"
    return pages
