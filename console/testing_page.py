"""One test buyer: its time, its card, its tokens, what it has bought, and what happened to that."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from charges.processor.in_flight import hold_place
from checkout.see_other import SeeOther
from console.errors import ConsolePageNotFound
from console.looks import render_console, tell
from console.lookup import list_applications
from console.page_access import Member, for_console
from console.shown_once import keep_secret, take_secret
from console.testing_forms import AdvanceForm, CardForm, SubscribeForm, TokenForm
from core.errors import BillingError
from core.local_formats import write_instant, write_money
from core.money import Money
from customers.models import Role, TestBuyer
from subscriptions.schedule import Frequency, occurrence
from testmode.advance_clock import Advance, advance_test_clock, advance_to_next_event, find_next_event_of
from testmode.buyers import find_account_of, find_test_buyer, issue_test_token
from testmode.cards import change_test_card, name_test_card
from testmode.selling import start_test_subscription
from testmode.timeline import read_bought

Forms = dict[str, Any]


@for_console(Role.DEVELOPER)
@require_safe
def test_buyer_page(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Show a test buyer."""
    return show_buyer(request, member, _find(member, public_id))


@for_console(Role.DEVELOPER)
@require_POST
def act_on_test_buyer(request: HttpRequest, member: Member, public_id: UUID) -> HttpResponseBase:
    """Do what a button says: let time pass, change the card, issue a token, subscribe."""
    buyer, name = _find(member, public_id), request.POST.get("act", "")
    if name not in ACTS:
        raise ConsolePageNotFound
    form = make_forms(member, buyer, request).get(name)
    if form is not None and not form.is_valid():
        return show_buyer(request, member, buyer, bound={name: form}, status=400)
    try:
        # An advance takes up to 20 seconds: some at a time, and the other threads are left to everybody else.
        with hold_place(caller=f"console/organization:{member.organization.public_id}"):
            ACTS[name](request, member, buyer, form.cleaned_data if form is not None else {})
    except BillingError as refusal:
        if form is None:
            return show_buyer(request, member, _find(member, public_id), notice=str(refusal), status=409)
        form.refuse(refusal)
        return show_buyer(request, member, _find(member, public_id), bound={name: form}, status=409)
    return SeeOther(_address(buyer))


def make_forms(member: Member, buyer: TestBuyer, request: HttpRequest | None = None) -> Forms:
    """Return the forms of the page by the act of each, with what was sent."""
    data = None if request is None else request.POST
    applications = list_applications(member)
    to = occurrence(buyer.clock_at, 1, Frequency.MONTHLY, 1)
    return {
        "advance": AdvanceForm(data, initial={"to": to}, auto_id="advance_%s"),
        "card": CardForm(data, initial={"test_card": name_test_card(buyer)}, auto_id="card_%s"),
        "token": TokenForm(data, applications=applications, auto_id="token_%s"),
        "subscribe": SubscribeForm(data, applications=applications, auto_id="subscribe_%s"),
    }


def show_buyer(
    request: HttpRequest,
    member: Member,
    buyer: TestBuyer,
    *,
    bound: Mapping[str, Any] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """Render the page with secrets that were just made, and with a form that was refused."""
    bought = read_bought(buyer)
    context = {
        "buyer": buyer,
        "account": find_account_of(buyer),
        "next_at": find_next_event_of(buyer),
        "card": name_test_card(buyer),
        "forms": make_forms(member, buyer) | dict(bound or {}),
        "subscriptions": [(each, _write(each.price_minor, each.currency)) for each in bought.subscriptions],
        "charges": [(each, write_money(each.total)) for each in bought.charges],
        "moments": [(each, each.amount and write_money(each.amount)) for each in bought.moments],
        "notice": notice,
    }
    if request.method == "GET":
        context["password"] = take_secret(request, of=f"password of {buyer.organization.public_id}")
        context["token"] = take_secret(request, of=f"token of {buyer.organization.public_id}")
    return render_console(request, member, "test_buyer", context, status=status)


def _advance_to_next(request: HttpRequest, member: Member, buyer: TestBuyer, said: Forms) -> None:
    _tell_time(request, advance_to_next_event(buyer.pk))


def _advance(request: HttpRequest, member: Member, buyer: TestBuyer, said: Forms) -> None:
    _tell_time(request, advance_test_clock(buyer.pk, to=said["to"]))


def _change_card(request: HttpRequest, member: Member, buyer: TestBuyer, said: Forms) -> None:
    change_test_card(buyer, **said, actor=member.actor)
    tell(request, "It pays with the other card from now on. What waited for a retry was tried.")


def _issue_token(request: HttpRequest, member: Member, buyer: TestBuyer, said: Forms) -> None:
    made = issue_test_token(buyer, application_id=said["application"].pk)
    keep_secret(request, of=f"token of {buyer.organization.public_id}", secret=made.value)


def _subscribe(request: HttpRequest, member: Member, buyer: TestBuyer, said: Forms) -> None:
    start_test_subscription(buyer, **said)
    tell(request, "The test buyer has accepted the subscription, and it has started.")


ACTS: dict[str, Callable[[HttpRequest, Member, TestBuyer, Forms], None]] = {
    "next": _advance_to_next,
    "advance": _advance,
    "card": _change_card,
    "token": _issue_token,
    "subscribe": _subscribe,
}


def _tell_time(request: HttpRequest, done: Advance) -> None:
    """Say what time it is now, and how much has happened on the way."""
    happened = "Nothing fell due" if not done.instants else f"Something fell due at {done.instants} instants"
    happened = "Something fell due once" if done.instants == 1 else happened
    tell(request, f"For this test buyer it is {write_instant(done.now)} now. {happened} on the way.")


def _find(member: Member, public_id: UUID) -> TestBuyer:
    return find_test_buyer(seller_id=member.organization.pk, public_id=public_id)


def _address(buyer: TestBuyer) -> str:
    return reverse("console_test_buyer", args=[buyer.organization.public_id])


def _write(cents: int, currency: str) -> str:
    return write_money(Money(cents, currency))
