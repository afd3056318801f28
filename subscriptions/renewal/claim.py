"""Claim what is due: each table is written with one statement, and the intent is committed.

Rows are claimed with SKIP LOCKED, and a unique constraint allows one charge a period.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from charges.collection.new_attempt import NewAttempt, plan_attempt
from charges.collection.sending import PlannedAttempt
from charges.history import SYSTEM
from charges.models import Attempt, Charge, ChargeStatus
from charges.new_charge import NewCharge
from core import clock
from core.bulk import allocate_ids, fetch_rows, insert_rows, run_query, update_rows, without_waiting
from core.failpoints import failpoint
from core.ids import new_public_ids
from core.processor_keys import period_key
from ledger.transaction_types import CustomerTransactionType
from subscriptions.history import hold_subscriptions
from subscriptions.models import Subscription
from subscriptions.renewal.due_periods import DueSubscription, PeriodDue, compute_periods_due
from subscriptions.renewal.invoices import enter_invoices
from subscriptions.renewal.seats import count_seats
from subscriptions.renewal.skips import read_skips

Query = QuerySet[Subscription, tuple[Any, ...]]

log = structlog.get_logger(__name__)


class Claimed(NamedTuple):
    """What a claim led to: how many periods, what to send at once, and which charges to collect singly."""

    periods: int
    planned: list[PlannedAttempt]
    single: list[int]


class AdvancedRow(NamedTuple):
    """A subscription with the number of its next period, and when that is due."""

    id: int
    period: int
    due_at: datetime | None


class WaitingRow(NamedTuple):
    """A subscription that waits for a payment before it is due again."""

    id: int
    due_at: None = None


def claim_renewals(*, until: datetime, limit: int, only: int | None = None) -> Claimed:
    """Commit the intent to bill up to `limit` subscriptions due at `until` (UTC), or this one; return it.

    Raises IntegrityError when what is written already contradicts it; then nothing is claimed.
    """
    if not _is_any_due(until):
        return Claimed(0, [], [])
    with transaction.atomic(durable=True):
        rows = _lock_due(until, limit, only)
        if not rows:
            return Claimed(0, [], [])
        periods = _sort_out(rows)
        charged = enter_invoices(periods)
        plain = [due for due in charged if due.is_plain]
        others = [due for due in charged if not due.is_plain]
        charge_ids, attempt_ids = allocate_ids(Charge, len(charged)), allocate_ids(Attempt, len(plain))
        with without_waiting():
            _advance(periods)
            planned = _insert_with_attempts(plain, charge_ids[: len(plain)], attempt_ids)
            _insert_charges(others, charge_ids[len(plain) :], collected_singly=True)
        failpoint("renew.before_commit")
    return Claimed(len(rows), planned, charge_ids[len(plain) :])


def bill_first_period(subscription_id: int) -> None:
    """Make the charge of a new subscription's first period in the caller's transaction, if it is due."""
    due = Subscription.objects.due(clock.now()).filter(pk=subscription_id)
    periods = _sort_out(_name_columns(fetch_rows(due.values_list(*DueSubscription._fields))))
    charged = enter_invoices(periods)
    _advance(periods)
    _insert_charges(charged, allocate_ids(Charge, len(charged)), collected_singly=True)


def _sort_out(rows: Sequence[DueSubscription]) -> list[PeriodDue]:
    """Return what is billed now; clear the due date of those that wait, and hold those with an obstacle."""
    now = clock.now()
    due = compute_periods_due(
        rows,
        seats=count_seats({row.buyer_id for row in rows if row.per_account and row.buyer_id}),
        skips=read_skips({row.id for row in rows if row.bills_by_invoice}),
        now=now,
    )
    update_rows(Subscription, [WaitingRow(row.id) for row in due.waiting])
    hold_subscriptions(due.holds, actor=SYSTEM, at=now)
    if due.holds:
        held = [hold.subscription_id for hold in due.holds]
        log.error("renewals held for a person", subscriptions=held[:20], count=len(held))
    return due.periods


def _name_columns(rows: Sequence[Sequence[Any]]) -> list[DueSubscription]:
    return list(map(DueSubscription._make, rows))


def _advance(periods: Sequence[PeriodDue]) -> None:
    rows = [AdvancedRow(due.row.id, due.row.period + 1, due.next_due_at) for due in periods]
    update_rows(Subscription, rows)


def _is_any_due(until: datetime) -> bool:
    """Ask with one statement instead of a transaction, as mostly nothing is."""
    if clock.find_owner() is not None:
        return Subscription.objects.due(until).exists()
    return bool(run_query(_build_poll(), [until]))


def _lock_due(until: datetime, limit: int, only: int | None) -> list[DueSubscription]:
    if only is not None:
        return _name_columns(fetch_rows(_select_due(until).filter(pk=only)))
    if clock.find_owner() is not None:
        return _name_columns(fetch_rows(_select_due(until)[:limit]))
    return _name_columns(run_query(_build_claim(limit), [until]))


def _select_due(until: datetime) -> Query:
    due = Subscription.objects.due(until).select_for_update(skip_locked=True, no_key=True, of=("self",))
    return due.values_list(*DueSubscription._fields)


@cache
def _build_poll() -> str:
    """Return the SQL that says whether anything is due by the wall clock; its parameter is the instant."""
    sql, [_] = Subscription.objects.due(clock.now()).values_list("pk")[:1].query.sql_with_params()
    return str(sql)


@cache
def _build_claim(limit: int) -> str:
    """Return the SQL of a claim by the wall clock; its parameter is the instant.

    Building it costs more than running it.
    """
    sql, [_] = _select_due(clock.now())[:limit].query.sql_with_params()
    return str(sql)


def _insert_with_attempts(
    periods: Sequence[PeriodDue], charge_ids: Sequence[int], attempt_ids: Sequence[int]
) -> list[PlannedAttempt]:
    _insert_charges(periods, charge_ids)
    attempts = [_plan_attempt(*each) for each in zip(periods, charge_ids, attempt_ids, strict=True)]
    insert_rows(Attempt, attempts)
    return [_describe_call(*each) for each in zip(periods, attempts, attempt_ids, strict=True)]


def _insert_charges(
    periods: Sequence[PeriodDue], charge_ids: Sequence[int], *, collected_singly: bool = False
) -> None:
    """Insert a charge for each period.

    Without an attempt of the same transaction a charge waits in the queue of charges to collect.
    """
    public_ids = new_public_ids(len(charge_ids))
    charges = [
        _build_charge(due, charge_id, public_id, due.instant if collected_singly else None)
        for due, charge_id, public_id in zip(periods, charge_ids, public_ids, strict=True)
    ]
    insert_rows(Charge, charges)


def _build_charge(due: PeriodDue, charge_id: int, public_id: UUID, collect_at: datetime | None) -> NewCharge:
    row, at = due.row, due.instant
    return NewCharge(
        id=charge_id,
        public_id=public_id,
        kind=row.kind,
        product=row.product,
        buyer_id=row.buyer_id,
        buyer_account_id=row.buyer_account_id,
        order_application_id=row.order_application_id,
        seller_application_id=row.seller_application_id,
        customer_id=row.customer_id,
        payee_id=row.payee_id,
        name=row.name,
        currency=row.currency,
        price_minor=due.price_minor,
        quantity=due.quantity,
        total_minor=due.total.amount_minor,
        per_account=row.per_account,
        test=row.test,
        commission_percent=row.commission_percent,
        commission_minor=due.commission_minor,
        return_url=row.return_url,
        status=ChargeStatus.PROCESSED,
        subscription_id=row.id,
        period=row.period,
        due_at=row.due_at,
        retry_days=row.retry_days,
        retry_limit=row.retry_limit,
        payment_option_id=row.payment_option_id,
        funding_source=row.funding_source,
        entered_as=CustomerTransactionType.CLAIM if row.bills_by_invoice else "",
        invoice_id=due.invoice_id,
        collect_at=collect_at,
        decided_at=at,
        activated_at=at,
        created_at=at,
        updated_at=at,
    )


def _plan_attempt(due: PeriodDue, charge_id: int, attempt_id: int) -> NewAttempt:
    return plan_attempt(
        attempt_id=attempt_id,
        charge_id=charge_id,
        number=1,
        key=period_key(due.row.public_id, due.row.period, 1),
        money=due.total,
        livemode=not due.row.test,
        gateway=due.gateway,
        token=due.token,
        on_own_account=due.row.customer__merchant__sealed_processor_key is not None,
        at=due.instant,
    )


def _describe_call(due: PeriodDue, attempt: NewAttempt, attempt_id: int) -> PlannedAttempt:
    return PlannedAttempt(
        id=attempt_id,
        key=attempt.key,
        kind=due.row.kind,
        gateway=attempt.gateway,
        token=attempt.token,
        money=due.total,
        description=due.row.name,
        instant=attempt.sent_at,
        lease_ends=attempt.check_at,
        sealed_processor_key=due.row.customer__merchant__sealed_processor_key,
        has_expired=due.has_expired,
    )
