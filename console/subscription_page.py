"""One subscription: its terms, its periods, and how it will go on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from charges.models import Acceptance, ChargeKind
from console.charge_list import ChargeLine
from console.errors import ConsolePageNotFound
from console.looks import render_console
from console.page_access import Member, for_console
from console.subscription_list import SubscriptionLine, find_subscribed
from core import clock
from core.local_formats import write_money
from core.money import Money
from core.per_row import PASSING_ERRORS
from customers.models import Role
from subscriptions.errors import PreviewBusy
from subscriptions.models import Subscription
from subscriptions.renewal.preview import Life, Step, preview_life
from testmode.clocks import stand_on_clock_of

PERIODS = 24
PREVIEWED = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a preview as the page shows it."""

    step: Step
    amount: str
    again_at: datetime | None


@for_console(Role.BILLING, Role.DEVELOPER)
@require_safe
def subscription_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Show a subscription."""
    subscription = _find(member, public_id)
    return render_console(request, member, "subscription", _describe(subscription))


@for_console(Role.BILLING, Role.DEVELOPER)
@require_POST
def preview_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Show how a subscription goes on for twelve months; nothing of that is kept."""
    subscription = _find(member, public_id)
    payments_fail = request.POST.get("payments") == "fail"
    context = _describe(subscription) | {"payments_fail": payments_fail, "is_preview": True}
    try:
        with stand_on_clock_of(subscription):
            until = clock.now() + PREVIEWED
            life = preview_life(subscription.pk, until=until, payments_fail=payments_fail)
    except (PreviewBusy, *PASSING_ERRORS):
        context["notice"] = str(PreviewBusy())
        return render_console(request, member, "subscription", context, status=503)
    context |= {"life": life, "steps": _describe_steps(life)}
    return render_console(request, member, "subscription", context)


def _find(member: Member, public_id: UUID) -> Subscription:
    """Return a subscription that the organisation sells, in either mode. Raises ConsolePageNotFound."""
    subscription = find_subscribed(member).filter(public_id=public_id).first()
    if subscription is None:
        raise ConsolePageNotFound
    return subscription


def _describe(subscription: Subscription) -> dict[str, Any]:
    charges = subscription.charges.filter(kind=ChargeKind.CHARGE).order_by("-period", "-pk")
    return {
        "subscription": subscription,
        "line": SubscriptionLine.of(subscription),
        "acceptance": Acceptance.objects.select_related("account").filter(subscription=subscription).first(),
        "periods": [ChargeLine.of(charge) for charge in charges[:PERIODS]],
    }


def _describe_steps(life: Life) -> list[StepLine]:
    """Return the lines of a preview: payments with their amounts and, where one failed, the next try."""
    lines = []
    for step in life.steps:
        said = step.snapshot
        amount = write_money(Money(said["amount"], said["currency"])) if step.is_charge else ""
        again_at = said.get("next_attempt_at") if step.is_charge else None
        lines.append(StepLine(step, amount, parse_datetime(again_at) if again_at else None))
    return lines
