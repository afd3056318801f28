"""The first page of the console, and the switch between test and live mode."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from charges.models import Charge, ChargeKind
from checkout.payout_list import BalanceLine
from checkout.see_other import SeeOther
from console.charge_list import ChargeLine
from console.looks import render_console
from console.lookup import list_applications
from console.modes import choose_livemode
from console.page_access import Member, for_console
from customers.models import Application, ReviewStatus, Role, TestBuyer
from ledger.balances import list_seller_currencies
from payouts.accounts import find_account
from payouts.available import read_available
from payouts.models import PayoutAccount
from webhooks.models import Endpoint

CHARGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a new seller does, where, and whether it is done."""

    words: str
    url: str
    is_done: bool


@for_console()
@require_safe
def home_page(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Show what to do next, the balance and the last charges."""
    applications = list_applications(member)
    steps = list(list_steps(member, applications))
    context = {
        "steps": [] if all(step.is_done for step in steps) else steps,
        "applications": applications[:CHARGES_SHOWN],
        "balances": list_balances(member) if member.has(Role.BILLING) else [],
        "charges": [ChargeLine.of(charge) for charge in list_last_charges(member)],
        "may_develop": member.has(Role.DEVELOPER),
    }
    return render_console(request, member, "home", context)


@for_console()
@require_POST
def switch_mode(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Show test things, or live ones, until the session ends or the other is chosen."""
    choose_livemode(request, livemode=request.POST.get("mode") == "live")
    target = request.POST.get("next", "")
    is_ours = target.startswith(reverse("console")) and url_has_allowed_host_and_scheme(target, None)
    return SeeOther(iri_to_uri(target) if is_ours else reverse("console"))


def list_steps(member: Member, applications: list[Application]) -> Iterator[Step]:
    """Yield the steps from a new seller to the first payout, those of other roles left out."""
    newest = applications[0].client_id if applications else ""
    of_newest = [newest] if newest else []
    if member.has(Role.DEVELOPER):
        yield Step("Make an application", reverse("console_new_application"), bool(applications))
    if member.has(Role.DEVELOPER) and newest:
        tried = _find_charges(member, test=True).exists()
        has_test_buyer = TestBuyer.objects.filter(seller=member.organization).exists()
        yield Step("Make a test charge", reverse("console_quick_start", args=of_newest), tried)
        yield Step(
            "Make a test buyer, and let a year of a subscription pass in a minute",
            reverse("console_test_buyers"),
            has_test_buyer,
        )
        told = Endpoint.objects.kept().filter(application__organization=member.organization).exists()
        yield Step(
            "Be told what happens: add a webhook", reverse("console_new_endpoint", args=of_newest), told
        )
        waits = (ReviewStatus.SUBMITTED, ReviewStatus.APPROVED)
        is_submitted = any(each.review_status in waits for each in applications)
        url = reverse("console_application", args=of_newest)
        yield Step("Submit the application for approval", url, is_submitted)
    if member.has(Role.BILLING):
        is_known = PayoutAccount.objects.filter(organization=member.organization).exists()
        yield Step("Tell where your money goes", reverse("payouts"), is_known)


def list_balances(member: Member) -> list[BalanceLine]:
    """Return what is owed and available in each currency of live sales."""
    organization_id = member.organization.pk
    return [
        BalanceLine(
            read_available(organization_id=organization_id, currency=currency),
            find_account(organization_id=organization_id, currency=currency),
        )
        for currency in list_seller_currencies(organization_id)
    ]


def list_last_charges(member: Member) -> list[Charge]:
    """Return the newest charges to buyers in the mode that is shown."""
    newest = _find_charges(member, test=not member.livemode).select_related("buyer")
    return list(newest.order_by("-public_id")[:CHARGES_SHOWN])


def _find_charges(member: Member, *, test: bool) -> QuerySet[Charge]:
    return Charge.objects.filter(payee=member.organization, kind=ChargeKind.CHARGE, customer=None, test=test)
