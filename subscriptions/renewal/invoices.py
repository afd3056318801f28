"""Periods that are invoices among the customer's receivables: what credit leaves of them is collected."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from charges.history import SYSTEM
from core.bulk import update_rows
from core.commission import round_commission
from core.money import Money
from ledger.receivables import NewTransaction, record_transactions
from ledger.transaction_types import CustomerTransactionType
from subscriptions.history import write_moves
from subscriptions.models import Subscription
from subscriptions.renewal.due_periods import PeriodDue
from subscriptions.renewal.outcomes import term_completed
from subscriptions.rows import read_subscription

COVERED = "Credit covered the last invoice."


class BilledRow(NamedTuple):
    """A subscription with the start of its newest invoiced period."""

    id: int
    last_billed_at: datetime


def enter_invoices(periods: Sequence[PeriodDue]) -> list[PeriodDue]:
    """Record the invoices of those periods that have one, in the caller's transaction; return what to charge.

    Of an invoice that is what the customer's credit left open, if there is something to charge it to.
    Nothing comes of periods that are skipped.
    """
    billed = [due for due in periods if not due.is_skipped]
    invoiced = [due for due in billed if due.row.bills_by_invoice]
    if not invoiced:
        return billed
    invoices = record_transactions([_describe_transaction(due) for due in invoiced])
    open_periods = {
        due.row.id: _charge_rest(due, invoice.pk, invoice.balance_minor)
        for due, invoice in zip(invoiced, invoices, strict=True)
    }
    update_rows(Subscription, [BilledRow(due.row.id, due.row.due_at) for due in invoiced])
    _expire([due for due in open_periods.values() if not due.total.amount_minor and due.is_last])
    current = [open_periods.get(due.row.id, due) for due in billed]
    return [due for due in current if due.is_chargeable]


def _charge_rest(due: PeriodDue, invoice_id: int, rest_minor: int) -> PeriodDue:
    rest = Money(rest_minor, due.total.currency)
    commission_minor = round_commission(rest_minor, due.row.commission_percent)
    return due._replace(
        price_minor=rest_minor, total=rest, commission_minor=commission_minor, invoice_id=invoice_id
    )


def _describe_transaction(due: PeriodDue) -> NewTransaction:
    row = due.row
    return {
        "customer_id": row.customer_id or 0,
        "type": CustomerTransactionType.INVOICE,
        "amount_minor": due.total.amount_minor,
        "currency": due.total.currency,
        "creator": SYSTEM,
        "subscription_id": row.id,
        "period": row.period,
        "due_on": row.due_at.date(),
        "note": row.note,
    }


def _expire(periods: Sequence[PeriodDue]) -> None:
    """Let subscriptions expire whose last invoice was covered by credit; the claim has locked them."""
    instants = {due.row.id: due.instant for due in periods}
    rows = map(read_subscription, Subscription.objects.filter(pk__in=instants))
    write_moves([term_completed(row, row, COVERED, instants[row.id]) for row in rows], actor=SYSTEM)
