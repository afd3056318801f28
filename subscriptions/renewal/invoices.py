"""Periods that are invoices on the customer's account: what credit leaves of them is collected."""

from collections.abc import Sequence

from charges.history import SYSTEM
from core.bulk import update_rows
from core.money import Money, round_commission
from ledger.receivables import NewTransaction, record_transactions
from ledger.transaction_types import CustomerTransactionType
from subscriptions.history import change_status
from subscriptions.models import Subscription
from subscriptions.renewal.periods import Bill


def enter_invoices(bills: Sequence[Bill]) -> list[Bill]:
    """Record the invoices of those bills that are ones, in the caller's transaction; return what to charge.

    Of an invoice that is what the customer's credit left open, if there is something to charge it to.
    Nothing comes of periods that are left out.
    """
    invoiced = [bill for bill in bills if bill.row["bills_by_invoice"] and not bill.is_left_out]
    if not invoiced:
        return [bill for bill in bills if not bill.is_left_out]
    invoices = record_transactions([_describe_transaction(bill) for bill in invoiced])
    open_bills = {
        bill.row["id"]: _charge_rest(bill, invoice.pk, invoice.balance_minor)
        for bill, invoice in zip(invoiced, invoices, strict=True)
    }
    billed = [(bill.row["id"], bill.row["due_at"]) for bill in invoiced]
    update_rows(Subscription, ("last_billed_at",), billed)
    _expire([bill for bill in open_bills.values() if not bill.total.amount_minor and bill.is_last])
    current = [open_bills.get(bill.row["id"], bill) for bill in bills if not bill.is_left_out]
    return [bill for bill in current if bill.is_chargeable]


def _charge_rest(bill: Bill, invoice_id: int, rest_minor: int) -> Bill:
    rest = Money(rest_minor, bill.total.currency)
    commission_minor = round_commission(rest_minor, bill.row["commission_percent"])
    return bill._replace(
        price_minor=rest_minor, total=rest, commission_minor=commission_minor, invoice_id=invoice_id
    )


def _describe_transaction(bill: Bill) -> NewTransaction:
    row = bill.row
    return {
        "customer_id": row["customer_id"],
        "type": CustomerTransactionType.INVOICE,
        "amount_minor": bill.total.amount_minor,
        "currency": bill.total.currency,
        "creator": SYSTEM,
        "subscription_id": row["id"],
        "period": row["period"],
        "due_on": row["due_at"].date(),
        "note": row["note"],
    }


def _expire(bills: Sequence[Bill]) -> None:
    for subscription in Subscription.objects.filter(pk__in=[bill.row["id"] for bill in bills]):
        change_status(subscription, subscription.expire, actor=SYSTEM)
