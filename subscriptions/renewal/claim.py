"""Claiming what is due: each table is written with one statement, and the intent is committed.

Rows are claimed with SKIP LOCKED, and a unique constraint allows one charge a period.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from charges.collection.batch import PlannedAttempt
from charges.collection.single import LEASE
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from core import clock
from core.bulk import allocate_ids, fetch_rows, insert_rows, run_query, update_rows, without_waiting
from core.ids import new_public_ids
from core.keys import attempt_key
from ledger.transaction_types import CustomerTransactionType
from subscriptions.models import Subscription
from subscriptions.renewal.invoices import enter_invoices
from subscriptions.renewal.periods import COLUMNS, Bill, Row, work_out_bills

Query = QuerySet[Subscription, tuple[Any, ...]]
CHARGE_FIELDS = (
    "id",
    "public_id",
    "kind",
    "customer",
    "funding_source",
    "retry_limit",
    "entered_as",
    "invoice",
    "product",
    "buyer",
    "buyer_account",
    "order_application",
    "seller_application",
    "payee",
    "name",
    "currency",
    "price_minor",
    "quantity",
    "total_minor",
    "per_account",
    "test",
    "commission_percent",
    "commission_minor",
    "return_url",
    "status",
    "failure_code",
    "failure_message",
    "subscription",
    "period",
    "due_at",
    "retry_days",
    "payment_option",
    "decided_at",
    "activated_at",
    "created_at",
    "updated_at",
    "collect_at",
)
ATTEMPT_FIELDS = (
    "id",
    "charge",
    "number",
    "key",
    "gateway",
    "token",
    "amount_minor",
    "currency",
    "livemode",
    "state",
    "check_at",
    "checks",
    "code",
    "hard",
    "message",
    "sent_at",
)


class Claimed(NamedTuple):
    """What a claim led to: how many periods, what to send at once, and which charges to collect singly."""

    periods: int
    planned: list[PlannedAttempt]
    single: list[int]


def claim_renewals(*, until: datetime, limit: int, only: int | None = None) -> Claimed:
    """Commit the intent to bill up to `limit` subscriptions due at `until` (UTC), or this one; return it.

    Raises IntegrityError when what is written already contradicts it; then nothing is claimed.
    """
    with transaction.atomic(durable=True):
        rows = _lock_due(until, limit, only)
        if not rows:
            return Claimed(0, [], [])
        bills = work_out_bills(rows)
        charged = enter_invoices(bills)
        plain = [bill for bill in charged if bill.is_plain]
        others = [bill for bill in charged if not bill.is_plain]
        charge_ids, attempt_ids = allocate_ids(Charge, len(charged)), allocate_ids(Attempt, len(plain))
        with without_waiting():
            _advance(bills)
            planned = _insert_bills(plain, charge_ids[: len(plain)], attempt_ids)
            single = _insert_charges(others, charge_ids[len(plain) :], collected_singly=True)
    return Claimed(len(rows), planned, list(single))


def bill_first_period(subscription_id: int) -> None:
    """Make the charge of a new subscription's first period in the caller's transaction, if it is due."""
    due = Subscription.objects.due(clock.now()).filter(pk=subscription_id)
    bills = work_out_bills(_name_columns(fetch_rows(due.values_list(*COLUMNS))))
    charged = enter_invoices(bills)
    _advance(bills)
    _insert_charges(charged, allocate_ids(Charge, len(charged)), collected_singly=True)


def _name_columns(rows: Sequence[Sequence[Any]]) -> list[Row]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _advance(bills: Sequence[Bill]) -> None:
    update_rows(
        Subscription,
        ("period", "due_at"),
        [(bill.row["id"], bill.row["period"] + 1, bill.next_due_at) for bill in bills],
    )


def _lock_due(until: datetime, limit: int, only: int | None) -> list[Row]:
    if only is None:
        return _name_columns(run_query(_build_claim(limit), [until]))
    return _name_columns(fetch_rows(_select_due(until).filter(pk=only)))


def _select_due(until: datetime) -> Query:
    due = Subscription.objects.due(until).select_for_update(skip_locked=True, no_key=True, of=("self",))
    return due.values_list(*COLUMNS)


@cache
def _build_claim(limit: int) -> str:
    """Return the SQL of a claim; its parameter is the instant. Building it costs more than running it."""
    sql, [_] = _select_due(clock.now())[:limit].query.sql_with_params()
    return str(sql)


def _insert_bills(
    bills: Sequence[Bill], charge_ids: Sequence[int], attempt_ids: Sequence[int]
) -> list[PlannedAttempt]:
    public_ids = _insert_charges(bills, charge_ids)
    planned = [_plan_attempt(*entry) for entry in zip(bills, attempt_ids, public_ids.values(), strict=True)]
    insert_rows(
        Attempt,
        ATTEMPT_FIELDS,
        [_attempt_row(*entry) for entry in zip(bills, planned, charge_ids, strict=True)],
    )
    return planned


def _plan_attempt(bill: Bill, attempt_id: int, public_id: UUID) -> PlannedAttempt:
    return PlannedAttempt(
        id=attempt_id,
        key=attempt_key(public_id, 1),
        gateway=bill.gateway,
        token=bill.token,
        money=bill.total,
        description=bill.row["name"],
        instant=bill.instant,
        lease_ends=bill.instant + LEASE,
        sealed_processor_key=bill.sealed_processor_key,
    )


def _insert_charges(
    bills: Sequence[Bill], charge_ids: Sequence[int], *, collected_singly: bool = False
) -> dict[int, UUID]:
    """Insert a charge for each bill and return their public ids.

    Without an attempt of the same transaction a charge waits in the queue of charges to collect.
    """
    public_ids = dict(zip(charge_ids, new_public_ids(len(charge_ids)), strict=True))
    rows = [
        (*_charge_row(bill, charge_id, public_id), bill.instant if collected_singly else None)
        for bill, (charge_id, public_id) in zip(bills, public_ids.items(), strict=True)
    ]
    insert_rows(Charge, CHARGE_FIELDS, rows)
    return public_ids


def _charge_row(bill: Bill, charge_id: int, public_id: UUID) -> Sequence[Any]:
    row, at = bill.row, bill.instant
    return (
        charge_id,
        public_id,
        row["kind"],
        row["customer_id"],
        row["funding_source"],
        row["retry_limit"],
        CustomerTransactionType.CLAIM if row["bills_by_invoice"] else "",
        bill.invoice_id,
        row["product"],
        row["buyer_id"],
        row["buyer_account_id"],
        row["order_application_id"],
        row["seller_application_id"],
        row["payee_id"],
        row["name"],
        row["currency"],
        bill.price_minor,
        bill.quantity,
        bill.total.amount_minor,
        row["per_account"],
        row["test"],
        row["commission_percent"],
        bill.commission_minor,
        row["return_url"],
        ChargeStatus.PROCESSED,
        "",
        "",
        row["id"],
        row["period"],
        row["due_at"],
        row["retry_days"],
        bill.payment_option_id,
        at,
        at,
        at,
        at,
    )


def _attempt_row(bill: Bill, planned: PlannedAttempt, charge_id: int) -> Sequence[Any]:
    return (
        planned.id,
        charge_id,
        1,
        planned.key,
        planned.gateway,
        planned.token,
        bill.total.amount_minor,
        bill.total.currency,
        not bill.row["test"],
        AttemptState.SENDING,
        planned.lease_ends,
        0,
        "",
        False,
        "",
        planned.instant,
    )
