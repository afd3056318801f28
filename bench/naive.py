"""The naive reference: the same rows through the ORM, a transaction for each subscription."""

from datetime import datetime

from django.db import transaction

from charges.history import SYSTEM
from charges.models import Attempt, Charge, ChargeStatus, StatusChange
from core import clock
from customers.models import Organization
from events.models import Event
from events.types import EventType, ObjectType
from gateway.movements import Answer
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, LedgerTransaction, TransactionKind
from subscriptions.models import Subscription, SubscriptionChange


def renew_one_by_one(*, until: datetime, limit: int) -> int:
    """Renew up to `limit` subscriptions due at `until` (UTC) and return how many."""
    due = list(Subscription.objects.due(until).values_list("pk", flat=True)[:limit])
    for pk in due:
        renew_one(pk)
    return len(due)


@transaction.atomic
def renew_one(pk: int) -> None:
    """Bill one subscription, as if the gateway had been asked and said yes."""
    subscription = Subscription.objects.select_for_update().get(pk=pk)
    attempt = plan_attempt(subscription, plan_charge(subscription))
    subscription.period += 1
    settle(attempt, f"ref-{attempt.key}", subscription)


def settle_one_by_one(answers: dict[int, Answer]) -> None:
    """Apply gateways' answers, a transaction for each."""
    for pk, answer in answers.items():
        settle_one(pk, answer)


@transaction.atomic
def settle_one(pk: int, answer: Answer) -> None:
    """Apply one answer that the money was captured."""
    owner = Attempt.objects.values_list("charge__subscription_id", flat=True).get(pk=pk)
    subscription = Subscription.objects.select_for_update().get(pk=owner)
    attempt = Attempt.objects.select_for_update().select_related("charge").get(pk=pk)
    settle(attempt, answer.reference, subscription)


def plan_charge(subscription: Subscription) -> Charge:
    """Create the charge of the period that is due."""
    now, total = clock.now(), subscription.price_minor
    return Charge.objects.create(
        product=subscription.product,
        buyer_id=subscription.buyer_id,
        buyer_account_id=subscription.buyer_account_id,
        order_application_id=subscription.order_application_id,
        seller_application_id=subscription.seller_application_id,
        payee_id=subscription.payee_id,
        name=subscription.name,
        currency=subscription.currency,
        price_minor=total,
        quantity=1,
        total_minor=total,
        per_account=subscription.per_account,
        test=subscription.test,
        commission_percent=subscription.commission_percent,
        commission_minor=(total * subscription.commission_percent + 50) // 100,
        return_url=subscription.return_url,
        status=ChargeStatus.PROCESSED,
        subscription=subscription,
        period=subscription.period,
        due_at=subscription.due_at,
        retry_days=subscription.retry_days,
        payment_option_id=subscription.payment_option_id,
        decided_at=now,
        activated_at=now,
    )


def plan_attempt(subscription: Subscription, charge: Charge) -> Attempt:
    """Create the attempt to collect a charge."""
    option = subscription.payment_option
    assert option is not None
    return Attempt.objects.create(
        charge=charge,
        number=1,
        key=f"local-{charge.public_id}-1",
        gateway=option.gateway,
        token=option.gateway_token,
        amount_minor=charge.total_minor,
        currency=charge.currency,
        livemode=not charge.test,
        check_at=clock.now(),
        sent_at=clock.now(),
    )


def settle(attempt: Attempt, reference: str, subscription: Subscription) -> None:
    """Note that an attempt succeeded, in all tables."""
    charge = attempt.charge
    attempt.succeed()
    attempt.gateway_reference, attempt.resolved_at, attempt.check_at = reference, clock.now(), None
    attempt.save()
    before = charge.status
    charge.succeed()
    charge.finished_at = charge.updated_at = clock.now()
    tell(charge, EventType.CHARGE_SUCCEEDED, ObjectType.CHARGE)
    charge.save()
    StatusChange.objects.create(charge=charge, from_status=before, to_status=charge.status, actor=SYSTEM)
    post(charge)
    subscription.current_charge_at = charge.due_at
    subscription.next_charge_at = subscription.due_at = subscription.starts_of(subscription.period)
    subscription.updated_at = clock.now()
    tell(subscription, EventType.SUBSCRIPTION_RENEWED, ObjectType.SUBSCRIPTION)
    subscription.save()
    SubscriptionChange.objects.create(
        subscription=subscription,
        from_status=subscription.status,
        to_status=subscription.status,
        actor=SYSTEM,
        reason=f"The period from {subscription.current_charge_at:%Y-%m-%d} is paid.",
    )


def tell(row: Charge | Subscription, kind: EventType, object_type: ObjectType) -> None:
    """Write the event of a change, which its object counts."""
    row.event_count += 1
    Event.objects.create(
        type=kind,
        object_type=object_type,
        object_id=row.public_id,
        sequence=row.event_count,
        application_id=row.order_application_id,
        organization_id=row.payee_id,
        buyer_id=row.buyer_id,
        livemode=not row.test,
        occurred_at=clock.now(),
        snapshot={"status": row.status, "currency": row.currency},
    )


def post(charge: Charge) -> None:
    """Book a collected charge; a trigger wants the entries of a transaction in one statement."""
    posted = LedgerTransaction.objects.create(
        kind=TransactionKind.COLLECTION,
        reference=charge.key,
        description=charge.name,
        currency=charge.currency,
        livemode=not charge.test,
    )
    moves = {
        (AccountKind.BUYER_CLEARING, None): charge.total_minor,
        (AccountKind.SELLER_PAYABLE, charge.payee_id): charge.commission_minor - charge.total_minor,
        (AccountKind.COMMISSION_REVENUE, None): -charge.commission_minor,
    }
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=posted, account=find_account(kind, holder, charge), amount_minor=amount)
        for (kind, holder), amount in moves.items()
    )


def find_account(kind: AccountKind, holder: int | None, charge: Charge) -> LedgerAccount:
    """Return the account of a kind, opened when money first reaches it."""
    account, _ = LedgerAccount.objects.get_or_create(
        kind=kind,
        organization=holder and Organization(pk=holder),
        currency=charge.currency,
        livemode=not charge.test,
    )
    return account
