"""Renewal: claim what is due, write each table with one statement, call the gateways, settle in batches.

Any number of workers may run it at once: rows are claimed with SKIP LOCKED, a unique constraint allows one
charge a period, and everything after the claim is the collection protocol of `charges`.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from charges.collection import LEASE
from charges.models import Attempt, AttemptState, Charge, ChargeStatus
from charges.planning import PlannedAttempt, send_attempts
from core import clock
from core.bulk import allocate_ids, insert_rows, run_query, update_rows, without_waiting
from core.ids import new_public_id
from subscriptions.bills import COLUMNS, Bill, work_out_bills
from subscriptions.models import Subscription

BATCH = 500
CHARGE_FIELDS = (
    "id",
    "public_id",
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


def renew_due(*, until: datetime | None = None, limit: int = BATCH) -> int:
    """Bill up to `limit` periods due at `until` (UTC, now by default) and return how many there were."""
    claimed, planned = claim_renewals(until=until or clock.now(), limit=limit)
    send_attempts(planned)
    return claimed


def claim_renewals(*, until: datetime, limit: int) -> tuple[int, list[PlannedAttempt]]:
    """Commit the intent to bill what is due; return how many were claimed, and what to send."""
    with transaction.atomic(durable=True):
        due = run_query(_build_claim(limit), [until])
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in due]
        if not rows:
            return 0, []
        bills = work_out_bills(rows)
        charge_ids, attempt_ids = allocate_ids(Charge, len(bills)), allocate_ids(Attempt, len(bills))
        with without_waiting():
            update_rows(
                Subscription,
                ("period", "due_at"),
                [(bill.row["id"], bill.row["period"] + 1, bill.next_due_at) for bill in bills],
            )
            planned = _insert_bills(bills, charge_ids, attempt_ids)
    return len(rows), planned


@cache
def _build_claim(limit: int) -> str:
    """Return the SQL of a claim; its parameter is the instant. Building it costs more than running it."""
    due = Subscription.objects.due(clock.now()).select_for_update(skip_locked=True, no_key=True, of=("self",))
    sql, [_] = due.values_list(*COLUMNS)[:limit].query.sql_with_params()
    return str(sql)


def _insert_bills(
    bills: Sequence[Bill], charge_ids: Sequence[int], attempt_ids: Sequence[int]
) -> list[PlannedAttempt]:
    public_ids = [new_public_id() for _ in bills]
    insert_rows(
        Charge,
        CHARGE_FIELDS,
        [_charge_row(*entry) for entry in zip(bills, charge_ids, public_ids, strict=True)],
    )
    planned = [_plan_attempt(*entry) for entry in zip(bills, attempt_ids, public_ids, strict=True)]
    insert_rows(
        Attempt,
        ATTEMPT_FIELDS,
        [_attempt_row(*entry) for entry in zip(bills, planned, charge_ids, strict=True)],
    )
    return planned


def _plan_attempt(bill: Bill, attempt_id: int, public_id: UUID) -> PlannedAttempt:
    return PlannedAttempt(
        id=attempt_id,
        key=f"{settings.DEPLOYMENT}-{public_id}-1",
        gateway=bill.gateway,
        token=bill.token,
        money=bill.total,
        description=bill.row["name"],
        instant=bill.instant,
        lease_ends=bill.instant + LEASE,
    )


def _charge_row(bill: Bill, charge_id: int, public_id: UUID) -> Sequence[Any]:
    row, at = bill.row, bill.instant
    return (
        charge_id,
        public_id,
        row["product"],
        row["buyer_id"],
        row["buyer_account_id"],
        row["order_application_id"],
        row["seller_application_id"],
        row["payee_id"],
        row["name"],
        row["currency"],
        row["price_minor"],
        bill.quantity,
        bill.total.amount_minor,
        row["per_account"],
        row["test"],
        row["commission_percent"],
        bill.commission.amount_minor,
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
