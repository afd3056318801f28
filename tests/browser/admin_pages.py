"""Every page of the admin with something on it: each list, a row of each kind, and each act."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from access.models import LogInCounter
from backoffice.admin.acts import ActPages
from bookkeeping.closing import prepare_months
from bookkeeping.figures.counting import count_figures
from core import clock
from gateway.registry import get_gateway
from operations.factories import ChargeFactory, PayoutFactory, SubscriptionFactory
from tests.charges.attempt_review.reviewing import doubtful
from tests.ledger.corrections.test_corrections import ask as ask_for_correction
from tests.movements import make_movement
from tests.who_may_what.admin_rows import make_rows
from tests.who_may_what.tenants import make_pair

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
# Where finance is every day; the suite looks at these, and at all of them by night.
DAILY = {
    *("approvals.approval", "bookkeeping.difference", "charges.attempt", "charges.charge"),
    *("charges.dispute", "first page", "search", "your-log-in"),
    *("customers.organization", "invoicing.taxpaper", "ledger.correction", "ledger.month"),
    *("payouts.payout", "subscriptions.subscription"),
}
OTHERS = {
    "first page": "",
    "search hits": "search/?q=2.00",
    "search nothing": "search/?q=nowhere",
    "time-zone": "time-zone/",
    "your-log-in": "your-log-in/",
    "roles": "roles/",
    "ledger.month reports": "ledger/month/reports/",
    "charges.charge filtered": "charges/charge/?amount_from=1",
}
# Only who asked takes back, and nobody ends the own sessions or changes the own roles.
OF_OTHERS = {"take_back"}
MOST_ROWS = 40


class AdminPage(NamedTuple):
    """A page of the admin and what it is of, such as charges.charge refund."""

    name: str
    address: str

    @property
    def is_daily(self) -> bool:
        """Say whether the suite looks at it every time."""
        return self.name.partition(" ")[0] in DAILY


def make_all() -> None:
    """Make rows in every list, in the states that acts need; names are long."""
    make_pair()
    make_rows()
    for stage in ("active", "past_due", "frozen", "cancelled", "retried"):
        SubscriptionFactory(**{stage: True}, name=LONG[:240] + stage)
    for stage in ("approved", "sent", "settled", "returned"):
        PayoutFactory(**{stage: True})
    with clock.travel_to(clock.now() - timedelta(days=32)):
        get_gateway("sandbox").charge(make_movement("of-nobody", token="tok_test_approve", cents=777))
    while prepare_months():
        pass
    count_figures()
    doubtful()
    ChargeFactory(collected=True, name=LONG[:240])
    LogInCounter.objects.create(kind="name", subject="dana", failures=9)
    ask_for_correction(reason=LONG[:200])


def list_admin_pages(user: Any) -> Iterator[AdminPage]:
    """Yield the pages that a superuser meets."""
    request = RequestFactory().get("/admin/")
    request.user = user
    for name, path in OTHERS.items():
        yield AdminPage(name, f"/admin/{path}")
    for page in admin.site._registry.values():
        label = page.opts.label_lower
        yield AdminPage(f"{label} list", _reverse(page, "changelist"))
        if page.has_add_permission(request):
            yield AdminPage(f"{label} add", _reverse(page, "add"))
        rows = list(page.get_queryset(request)[:MOST_ROWS])
        if rows:
            yield AdminPage(f"{label} row", _reverse(page, "change", rows[-1].pk))
        if isinstance(page, ActPages):
            others = [row for row in rows if row != user]
            yield from _list_acts(page, [page.get_object(request, str(row.pk)) for row in others])


def _list_acts(page: Any, rows: list[Any]) -> Iterator[AdminPage]:
    buttons = {"timeline": lambda row: True} if "timeline" in page.actions_detail else {}
    buttons |= {act.name: act.applies for act in page.acts if act.name not in OF_OTHERS}
    for name, applies in buttons.items():
        for row in filter(applies, rows):
            own = _reverse(page, "change", row.pk).removesuffix("change/")
            yield AdminPage(f"{page.opts.label_lower} {name}", f"{own}{getattr(page, name).url_path}/")
            break


def _reverse(page: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{name}", args=args)
