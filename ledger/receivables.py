"""Recording invoices, payments, credits and fees of customers, each of which is allocated at once."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, NotRequired, TypedDict, Unpack

from django.db import transaction

from core.bulk import run_query, write_array
from core.currencies import name_minor_unit
from core.errors import CodeTaken, InvalidField
from core.money import MAX_MINOR
from ledger.allocation import allocate_open_items, lock_customers
from ledger.models import CustomerTransaction
from ledger.transaction_types import NATURES, REVERSALS, CustomerTransactionType, Side

RECORDED = """
WITH causes AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::integer[], %s::bigint[])
        AS c (charge_id, attempt_id, subscription_id, period, dispute_id)
)
SELECT c.*, t.id FROM causes c JOIN ledger_customertransaction t ON t.charge_id = c.charge_id
UNION ALL
SELECT c.*, t.id FROM causes c JOIN ledger_customertransaction t ON t.attempt_id = c.attempt_id
UNION ALL
SELECT c.*, t.id FROM causes c
JOIN ledger_customertransaction t ON (t.subscription_id, t.period) = (c.subscription_id, c.period)
UNION ALL
SELECT c.*, t.id FROM causes c JOIN ledger_customertransaction t ON t.dispute_id = c.dispute_id
"""


class Cause(NamedTuple):
    """What a transaction came about by; nothing for one that somebody entered."""

    charge_id: int | None = None
    attempt_id: int | None = None
    subscription_id: int | None = None
    period: int | None = None
    dispute_id: int | None = None


class NewTransaction(TypedDict):
    """What to record on a customer's account: positive cents of one currency, due today (UTC) by default.

    The invoice list names, by ids or codes with commas or blanks between, what a credit is to cover first;
    names of nothing open are passed over. A captured charge, a declined attempt, a period of a
    subscription and a dispute are recorded once.
    """

    customer_id: int
    type: CustomerTransactionType
    amount_minor: int
    currency: str
    creator: str
    code: NotRequired[str | None]
    charge_id: NotRequired[int | None]
    attempt_id: NotRequired[int | None]
    subscription_id: NotRequired[int | None]
    period: NotRequired[int | None]
    dispute_id: NotRequired[int | None]
    due_on: NotRequired[date]
    account_type: NotRequired[str]
    invoice_list: NotRequired[str]
    note: NotRequired[str]


def record_transaction(**terms: Unpack[NewTransaction]) -> CustomerTransaction:
    """Record one transaction and allocate it; the same cause again changes nothing.

    Raises InvalidField and CodeTaken.
    """
    return record_transactions([terms])[0]


@transaction.atomic
def record_transactions(batch: Sequence[NewTransaction]) -> list[CustomerTransaction]:
    """Record many transactions, of many customers, and allocate them; return them in their order.

    Raises InvalidField and CodeTaken; then nothing is recorded.
    """
    for terms in batch:
        _require_recordable(terms)
    customer_ids = {terms["customer_id"] for terms in batch}
    lock_customers(customer_ids)
    recorded = _find_recorded(batch)
    missing = [terms for terms in batch if _find_cause(terms) not in recorded]
    _refuse_taken_codes(missing, customer_ids)
    new = iter(CustomerTransaction.objects.bulk_create(_describe_transaction(terms) for terms in missing))
    ids = [recorded.get(_find_cause(terms)) or next(new).pk for terms in batch]
    allocate_open_items(customer_ids)
    found = CustomerTransaction.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _require_recordable(terms: NewTransaction) -> None:
    if terms["type"] in REVERSALS:
        raise InvalidField("type", "comes about by reversing another transaction")
    if not 1 <= terms["amount_minor"] <= MAX_MINOR:
        unit = name_minor_unit(terms["currency"])
        raise InvalidField("amount_minor", f"must be between 1 and {MAX_MINOR} {unit}")


def _find_cause(terms: NewTransaction) -> Cause:
    return Cause(
        charge_id=terms.get("charge_id"),
        attempt_id=terms.get("attempt_id"),
        subscription_id=terms.get("subscription_id"),
        period=terms.get("period"),
        dispute_id=terms.get("dispute_id"),
    )


def _find_recorded(batch: Sequence[NewTransaction]) -> dict[Cause, int]:
    causes = set(map(_find_cause, batch)) - {Cause()}
    if not causes:
        return {}
    columns = [write_array(column) for column in zip(*causes, strict=True)]
    return {Cause(*cause): pk for *cause, pk in run_query(RECORDED, columns)}


def _refuse_taken_codes(batch: Sequence[NewTransaction], customer_ids: set[int]) -> None:
    codes = [(terms["customer_id"], code) for terms in batch if (code := terms.get("code"))]
    if not codes:
        return
    rows = CustomerTransaction.objects.filter(customer__in=customer_ids, code__in={code for _, code in codes})
    taken = set(rows.values_list("customer_id", "code"))
    if taken & set(codes) or len(set(codes)) < len(codes):
        raise CodeTaken("The customer has another transaction with this code.")


def _describe_transaction(terms: NewTransaction) -> CustomerTransaction:
    side = NATURES[terms["type"]].side
    balance_minor = 0 if side == Side.NEITHER else terms["amount_minor"]
    return CustomerTransaction(**terms, side=side, balance_minor=balance_minor)
