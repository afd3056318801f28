"""Where payouts to sellers go, and payouts brought to a stage by the services that bring them there."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import Permission, User
from factory import SubFactory, Trait
from factory.django import DjangoModelFactory

from core import clock
from customers.models import Organization
from operations.factories.access import CallerFactory
from operations.factories.charges import ChargeFactory
from operations.factories.organizations import ApplicationFactory, OrganizationFactory, UserFactory
from payouts.accounts import Destination, change_account
from payouts.decide import approve_payout, cancel_payout, reject_payout
from payouts.models import Payout, PayoutAccount, PayoutMethod
from payouts.request import Requester, request_payout
from payouts.sending.by_hand import send_by_hand
from payouts.sending.paid_or_returned import return_payout, settle_payout

BY_STAFF = "staff:finance"
LONG_AGO = timedelta(days=60)


class PayoutAccountFactory(DjangoModelFactory[PayoutAccount]):
    """Where payouts in EUR go to, told long ago; at the sandbox `processor_account` says what it does."""

    class Meta:
        model = PayoutAccount

    class Params:
        at_processor = Trait(iban="", processor_account="tok_test_approve")
        without_iban = Trait(iban="", other_account="A bank, account 1234567", currency="USD")

    organization = SubFactory(OrganizationFactory, name="Seller")
    currency = "EUR"
    holder = "Paper Kites Ltd"
    iban = "DE89 3704 0044 0532 0130 00"
    other_account = ""
    processor_account = ""
    street = "Long Lane 1"
    postcode = "10115"
    town = "Berlin"
    country = "DE"
    since: Any = LONG_AGO

    @classmethod
    def _create(
        cls, model_class: type[PayoutAccount], *args: Any, organization: Organization, **fields: Any
    ) -> PayoutAccount:
        currency, since = fields.pop("currency"), fields.pop("since")
        with clock.travel_to(clock.now() - since):
            return change_account(
                organization_id=organization.pk,
                currency=currency,
                destination=cast(Destination, fields),
                actor=BY_STAFF,
            )


class PayoutFactory(DjangoModelFactory[Payout]):
    """A payout of 50.00 out of 100.00 that a seller earned long ago, made by hand; or as its trait says."""

    class Meta:
        model = Payout

    class Params:
        approved = Trait(stage="approved")
        rejected = Trait(stage="rejected")
        cancelled = Trait(stage="cancelled")
        sent = Trait(stage="sent")
        settled = Trait(stage="settled")
        returned = Trait(stage="returned")

    stage = "requested"
    amount_minor: Any = 5_000
    earned_minor = 10_000
    account: Any = None
    method = PayoutMethod.BY_HAND

    @classmethod
    def _create(
        cls,
        model_class: type[Payout],
        *args: Any,
        stage: str,
        account: PayoutAccount | None,
        earned_minor: int,
        amount_minor: int | None,
        method: PayoutMethod | None,
    ) -> Payout:
        account = account or PayoutAccountFactory.create(currency=settings.DEFAULT_CURRENCY)
        earn(account.organization, earned_minor)
        payout = request_payout(
            organization_id=account.organization_id,
            currency=account.currency,
            amount_minor=amount_minor,
            requester=Requester.of_staff(UserFactory.create(staff=True)),
            reason="The seller asked by telephone.",
            method=method,
        )
        _bring_to(stage, payout.pk)
        return Payout.objects.get(pk=payout.pk)


def earn(seller: Organization, cents: int, *, age: timedelta = LONG_AGO, **terms: Any) -> None:
    """Let a seller earn so many cents of DEFAULT_CURRENCY without commission, some time ago."""
    with clock.travel_to(clock.now() - age):
        app = ApplicationFactory.create(organization=seller, commission_percent=0)
        ChargeFactory.create(
            collected=True,
            caller=CallerFactory.create(application=app),
            price_minor=cents,
            quantity=1,
            **terms,
        )


def make_approver() -> User:
    """Return somebody of the staff who may approve money."""
    user = UserFactory.create(staff=True)
    user.user_permissions.add(Permission.objects.get(codename="approve_money"))
    return User.objects.get(pk=user.pk)


def _bring_to(stage: str, payout_id: int) -> None:
    if stage == "cancelled":
        cancel_payout(payout_id, actor=BY_STAFF)
    elif stage == "rejected":
        reject_payout(payout_id, user=make_approver(), reason="The seller wants to wait.")
    elif stage != "requested":
        approve_payout(payout_id, user=make_approver())
    if stage in ("sent", "settled", "returned"):
        send_by_hand(payout_id, reference="bank-1", actor=BY_STAFF)
    if stage == "settled":
        settle_payout(payout_id, actor=BY_STAFF)
    if stage == "returned":
        return_payout(payout_id, actor=BY_STAFF, reason="No such account.")
