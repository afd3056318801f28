"""What is to be collected, given back, paid out and told when a fault comes."""

from datetime import timedelta

from django.db import transaction

from access.oauth.bearer_tokens import Caller
from charges.hints.store import store_hints
from charges.models import Charge
from charges.refunds.ask import ask_refund
from core import clock
from customers.models import Application
from gateway.hints import Hint, Subject
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    SubscriptionFactory,
    UserFactory,
)
from payouts.decide import approve_payout
from payouts.request import Requester, request_payout
from realfaults.stage import Stage
from subscriptions.models import Subscription
from webhooks.endpoints import create_endpoint

LONG_AGO = timedelta(days=20)
DISPUTED_AGO = timedelta(days=3)


def make_buyers(count: int, *, card: str = "approve") -> list[Caller]:
    """Make buyers with a card each, all at one seller's app."""
    app = ApplicationFactory.create()
    return [_make_buyer(app, card, number) for number in range(count)]


@transaction.atomic  # One commit: each of hundreds would wait for the disk.
def make_due_subscriptions(count: int, *, buyers: list[Caller]) -> list[int]:
    """Make subscriptions whose first period is due, and return their keys."""
    made = [
        SubscriptionFactory.create(activated=True, caller=buyers[number % len(buyers)], name=f"Plan {number}")
        for number in range(count)
    ]
    return [subscription.pk for subscription in made]


@transaction.atomic
def make_due_charges(stage: Stage, count: int, *, buyers: list[Caller]) -> list[Charge]:
    """Make charges that are due, and remember that they have to be collected."""
    made = [
        ChargeFactory.create(activated=True, caller=buyers[number % len(buyers)], name=f"Charge {number}")
        for number in range(count)
    ]
    stage.due += [charge.pk for charge in made]
    return made


def make_everything_due(stage: Stage, *, url: str) -> None:
    """Make something due for every sweep: periods, charges, refunds, payouts, disputes, webhooks, hints."""
    buyers = make_buyers(3)
    [lost] = make_buyers(1, card="timeout_after")
    [disputing] = make_buyers(1, card="dispute")
    for app in Application.objects.all():
        create_endpoint(application_id=app.pk, url=url)
    with clock.travel_to(clock.now() - LONG_AGO):
        earned = [ChargeFactory.create(collected=True, caller=buyers[0], price_minor=9_000) for _ in range(4)]
    with clock.travel_to(clock.now() - DISPUTED_AGO):
        disputed = [ChargeFactory.create(collected=True, caller=disputing) for _ in range(2)]
    make_due_subscriptions(8, buyers=buyers)
    make_due_charges(stage, 8, buyers=[*buyers, lost, lost])
    _refund(earned[0])
    _approve_payout(buyers[0])
    hints = [Hint(f"evt_{place}", Subject.MOVEMENT, _name(charge)) for place, charge in enumerate(earned)]
    hints += [Hint("evt_disputed", Subject.DISPUTE, f"dp_{_name(disputed[0])}")]
    store_hints(gateway="sandbox", hints=hints)


def list_subscriptions() -> list[int]:
    """Return the keys of all subscriptions."""
    return list(Subscription.objects.values_list("pk", flat=True))


def _make_buyer(app: Application, card: str, number: int) -> Caller:
    organization = OrganizationFactory.create(name=f"Buyer {number}")
    PaymentOptionFactory.create(organization=organization, token=f"tok_test_{card}_{app.pk}_{number}")
    account = AccountFactory.create(organization=organization)
    return CallerFactory.create(account=account, application=app)


def _name(charge: Charge) -> str:
    return str(charge.attempts.get().gateway_reference)


def _refund(charge: Charge) -> None:
    ask_refund(
        charge_id=charge.pk,
        amount_minor=500,
        reason="A fault is coming.",
        actor="realfaults",
        requested_by=UserFactory.create(superuser=True),
    )


def _approve_payout(buyer: Caller) -> None:
    seller = Application.objects.get(pk=buyer.app.id).organization
    PayoutAccountFactory.create(organization=seller, currency="USD", at_processor=True)
    payout = request_payout(
        organization_id=seller.pk,
        currency="USD",
        amount_minor=2_000,
        requester=Requester.of_staff(UserFactory.create(superuser=True)),
        reason="A fault is coming.",
    )
    approve_payout(payout.pk, user=UserFactory.create(superuser=True))
