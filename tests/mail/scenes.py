"""One mail of each kind, each from what causes it in earnest, at a fixed instant."""

from datetime import UTC, datetime, timedelta

from access.application_review import approve_application, refuse_application, submit_application
from access.member_invitations import invite_member, invite_seller
from access.models import SignUpStatus
from access.sign_ups import approve_sign_up, refuse_sign_up
from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.models import Attempt, Charge
from charges.refunds.make import refund_charge
from core import clock
from core.money import Money
from customers.models import Account, Organization
from events.types import EventType
from gateway.hints import DisputeReport, DisputeStatus
from mail.causes.people import write_to_people
from mail.contents import write_content
from mail.digest import digest_for_staff
from mail.kinds import Kind
from mail.models import Mail
from mail.reminders import remind
from operations.factories import (
    ApplicationFactory,
    ChargeFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    PayoutFactory,
    SignUpFactory,
    SubscriptionFactory,
    UserFactory,
)
from subscriptions.lifecycle.cancel import cancel_subscription, end_due_subscriptions
from subscriptions.lifecycle.cancel_at_period_end import cancel_at_period_end, keep_subscription
from subscriptions.models import Subscription
from tests.mail.payout_scenes import (
    payout_method_changed,
    payout_settings,
    payouts_monthly,
    payouts_not_monthly,
)
from tests.mail.steps import find, make_caller
from webhooks.endpoints import create_endpoint, switch_off
from webhooks.events import tell_of_endpoint
from webhooks.models import DisabledReason

AT = datetime(2026, 12, 4, 10, tzinfo=UTC)
KIM = {"email": "kim@kites.example"}
CONFIRMED = {"status": SignUpStatus.CONFIRMED, "confirmed_at": AT, "is_told": True}


def receipt(caller) -> Mail:
    SubscriptionFactory(caller=caller, active=True, at=AT, name="Chat Extras Pro")
    return find(Kind.RECEIPT)


def receipt_of_one_payment(caller) -> Mail:
    ChargeFactory(caller=caller, collected=True)
    return find(Kind.RECEIPT)


def receipt_of_a_test(caller) -> Mail:
    ChargeFactory(caller=caller, collected=True, test=True)
    return find(Kind.RECEIPT)


def trial_ends(caller) -> Mail:
    SubscriptionFactory(caller=caller, activated=True, trial_days=14, at=AT - timedelta(days=12))
    remind()
    return Mail.objects.get()


def payment_failed(caller) -> Mail:
    SubscriptionFactory(caller=caller, retried=True, at=AT)
    return find(Kind.PAYMENT_FAILED)


def payment_failed_for_good(caller) -> Mail:
    ChargeFactory(caller=caller, failed=True)
    return find(Kind.PAYMENT_FAILED)


def confirm_payment(caller) -> Mail:
    ChargeFactory(caller=caller, collected=True, card="tok_test_confirm_always")
    return find(Kind.CONFIRM_PAYMENT)


def card_expires(caller) -> Mail:
    buyer = SubscriptionFactory(caller=caller, active=True, at=AT).buyer
    other = PaymentOptionFactory(organization=buyer, exp_year=2027, exp_month=1, last4="1111")
    buyer.subscriptions.update(payment_option=other)
    remind()
    return Mail.objects.get()


def subscription_frozen(caller) -> Mail:
    SubscriptionFactory(caller=caller, stage="frozen", card="tok_test_decline_hard", at=AT)
    return find(Kind.SUBSCRIPTION_FROZEN)


def subscription_cancelled(caller) -> Mail:
    cancel_subscription(SubscriptionFactory(caller=caller, active=True, at=AT).pk, actor="test")
    return find(Kind.SUBSCRIPTION_CANCELLED)


def subscription_ending(caller) -> Mail:
    subscription = SubscriptionFactory(caller=caller, active=True, at=AT)
    cancel_at_period_end(subscription.pk, actor="test", ends_at=subscription.next_charge_at)
    return find(Kind.SUBSCRIPTION_ENDING)


def subscription_kept(caller) -> Mail:
    mail = subscription_ending(caller)
    keep_subscription(Subscription.objects.get(public_id=mail.object_id).pk, actor="test")
    return find(Kind.SUBSCRIPTION_KEPT)


def subscription_cancelled_as_planned(caller) -> Mail:
    mail = subscription_ending(caller)
    with clock.travel_to(AT + timedelta(days=31)):
        end_due_subscriptions()
    assert write_content(mail) is None  # What would have been is no longer told.
    return find(Kind.SUBSCRIPTION_CANCELLED)


def subscription_ended(caller) -> Mail:
    """Sellers cannot ask for an agreed number of payments yet, so the mail is made here."""
    SubscriptionFactory(caller=caller, active=True, at=AT)
    mail = find(Kind.RECEIPT)
    mail.kind, mail.object_id = Kind.SUBSCRIPTION_ENDED, Charge.objects.get().subscription.public_id
    return mail


def refunded(caller) -> Mail:
    refund = refund_charge(ChargeFactory(caller=caller, collected=True), amount_minor=150, due_at=None)
    collect_charge(refund.pk)
    return find(Kind.REFUNDED)


def first_sale(caller) -> Mail:
    ChargeFactory(caller=caller, collected=True)
    return find(Kind.FIRST_SALE)


def endpoint_failing(caller) -> Mail:
    endpoint = create_endpoint(application_id=caller.app.id, url="https://seller.example/hooks").endpoint
    endpoint.failing_since = AT - timedelta(days=1)
    tell_of_endpoint(endpoint, EventType.ENDPOINT_FAILING)
    return find(Kind.ENDPOINT_FAILING)


def endpoint_disabled(caller) -> Mail:
    endpoint = create_endpoint(application_id=caller.app.id, url="https://seller.example/hooks").endpoint
    endpoint.failing_since = AT - timedelta(days=5)
    switch_off(endpoint, DisabledReason.FAILING)
    return find(Kind.ENDPOINT_DISABLED)


def dispute(caller, status: DisputeStatus) -> Mail:
    charge = ChargeFactory(caller=caller, collected=True)
    said = DisputeReport(
        reference="dp_made_up",
        capture=Attempt.objects.get(charge=charge).gateway_reference,
        money=charge.total,
        fee=Money(0, charge.currency),
        status=status,
        reason="not_received",
        evidence_due_by=AT + timedelta(days=7),
    )
    record_dispute(Asked("sandbox", said, clock.now()))
    return find(Kind(f"dispute_{status}"))


def dispute_opened(caller) -> Mail:
    return dispute(caller, DisputeStatus.OPENED)


def dispute_won(caller) -> Mail:
    return dispute(caller, DisputeStatus.WON)


def dispute_lost(caller) -> Mail:
    return dispute(caller, DisputeStatus.LOST)


def payout(kind: Kind, **stage) -> Mail:
    seller = Organization.objects.get(name="Ada's Apps")
    PayoutFactory(account=PayoutAccountFactory(organization=seller, currency="USD"), **stage)
    return find(kind)


def payout_paid(caller) -> Mail:
    return payout(Kind.PAYOUT_PAID, settled=True)


def payout_returned(caller) -> Mail:
    return payout(Kind.PAYOUT_RETURNED, returned=True)


def staff_digest(caller) -> Mail:
    SubscriptionFactory(caller=caller, held=True, at=AT - timedelta(days=200))
    UserFactory(username="kim", email="kim@marketplace.example", superuser=True)
    digest_for_staff()
    return Mail.objects.get()


def tell_people() -> Mail:
    """The mail that sign-ups, invitations and applications ask for."""
    write_to_people()
    return Mail.objects.latest("pk")


def sign_up(caller) -> Mail:
    SignUpFactory(**KIM)
    return tell_people()


def sign_up_with_an_account(caller) -> Mail:
    SignUpFactory(email="bo@buyer.example")
    return tell_people()


def sign_up_decided(caller) -> Mail:
    approve_sign_up(SignUpFactory(**KIM, **CONFIRMED).pk, actor="test")
    return tell_people()


def sign_up_refused(caller) -> Mail:
    refuse_sign_up(SignUpFactory(**KIM, **CONFIRMED).pk, actor="test", reason="We know no such company.")
    return tell_people()


def invitation(caller) -> Mail:
    seller = Account.objects.get(email="ada@seller.example")
    Account.objects.filter(pk=seller.pk).update(is_owner=True)
    invite_member(email="kim@kites.example", roles=["developer"], by=seller)
    return tell_people()


def invitation_of_a_seller(caller) -> Mail:
    invite_seller(email="kim@kites.example", actor="test")
    return tell_people()


def submit(caller) -> int:
    known = {"organization_id": caller.app.organization_id, "client_id": "c" * 32}
    app = ApplicationFactory(**known, name="Chat Kites", draft=True)
    submit_application(app.pk, actor="test")
    return app.pk


def application_decided(caller) -> Mail:
    approve_application(submit(caller), actor="test")
    return tell_people()


def application_refused(caller) -> Mail:
    refuse_application(submit(caller), actor="test", reason="Its name says too little.")
    return tell_people()


SCENES = (
    *(
        receipt,
        receipt_of_one_payment,
        receipt_of_a_test,
        trial_ends,
        payment_failed,
        payment_failed_for_good,
    ),
    *(confirm_payment, card_expires, subscription_frozen, subscription_cancelled, subscription_ended),
    *(subscription_ending, subscription_kept, subscription_cancelled_as_planned),
    *(refunded, first_sale, endpoint_failing, endpoint_disabled, dispute_opened, dispute_won, dispute_lost),
    *(payout_paid, payout_returned, staff_digest),
    *(payout_settings, payout_method_changed, payouts_monthly, payouts_not_monthly),
    *(sign_up, sign_up_with_an_account, sign_up_decided, sign_up_refused),
    *(invitation, invitation_of_a_seller, application_decided, application_refused),
)


def play(scene) -> Mail:
    """Make the mail of a scene."""
    return scene(make_caller())
