"""What the terms of approvals say, for lists: the money, who pays or is paid, and what is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, BooleanField, Func, JSONField, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from approvals.models import Approval, ApprovalAct
from backoffice.charge_presenters import name_payer
from charges.models import Charge, ChargeKind, ReviewOutcome
from core.billy_guids import CUSTOMER, write_guid
from ledger.models import AccountKind
from payouts.models import PayoutMethod


class About(NamedTuple):
    """What somebody asks for, and who pays or is paid."""

    what: str
    who: str


class Debits(Func):
    """The sum of the debits among the lines of a correction (cents); NULL for terms without lines."""

    template = (
        "(SELECT SUM((line ->> 'amount_minor')::bigint)::bigint"
        " FROM jsonb_array_elements(%(expressions)s -> 'lines') line WHERE line ->> 'side' = 'debit')"
    )
    output_field = BigIntegerField()


def read_amounts(rows: QuerySet[Any], terms: str = "terms") -> QuerySet[Any]:
    """Return the rows with `currency`, `amount_minor` (cents) and `livemode` of the terms of their approvals.

    Terms that name no mode are of live money.
    """
    said = Cast(terms, JSONField())
    alone = Cast(KeyTextTransform("amount_minor", said), BigIntegerField())
    mode = Cast(KeyTextTransform("livemode", said), BooleanField())
    return rows.annotate(
        currency=KeyTextTransform("currency", said),
        amount_minor=Coalesce(alone, Debits(said)),
        livemode=Coalesce(mode, Value(True)),
    )


def tell_each(approvals: Iterable[Any]) -> list[Any]:
    """Return the approvals, each with what it is about as `told`; the charges of all are fetched at once."""
    rows = list(approvals)
    told = _tell_about(rows)
    for row in rows:
        row.told = told[row.pk]
    return rows


def _tell_about(approvals: Sequence[Approval]) -> dict[int, About]:
    terms = {approval.pk: approval.details for approval in approvals}
    named = {said["charge"] for said in terms.values() if "charge" in said}
    charges = Charge.objects.filter(public_id__in=named).select_related("buyer", "customer")
    by_id = {str(charge.public_id): charge for charge in charges} if named else {}
    return {
        approval.pk: _tell(approval, terms[approval.pk], by_id.get(terms[approval.pk].get("charge", "")))
        for approval in approvals
    }


def _tell(approval: Approval, terms: Mapping[str, Any], charge: Charge | None) -> About:
    if charge is not None:
        return _tell_of_charge(approval, terms, charge)
    if approval.act == ApprovalAct.PAYOUT:
        return About(f"Payout: {PayoutMethod(terms['method']).label}", f"to {terms['holder']}")
    if approval.act == ApprovalAct.CORRECTION:
        accounts = dict.fromkeys(AccountKind(line["account"]).label for line in terms["lines"])
        return About("Correction of the books", "; ".join(accounts))
    debtor = terms.get("customer")
    who = f"from {write_guid(CUSTOMER, UUID(debtor))}" if debtor else ""
    return About(f"{approval.get_act_display()} of a customer's debt" if debtor else "", who)


def _tell_of_charge(approval: Approval, terms: Mapping[str, Any], charge: Charge) -> About:
    payer = name_payer(charge)
    if approval.act == ApprovalAct.REVIEW:
        way = "from" if charge.kind == ChargeKind.CHARGE else "to"
        return About(f"{ReviewOutcome(terms['outcome']).label}: {charge.name}", f"{way} {payer}")
    way = "to" if approval.act == ApprovalAct.REFUND else "from"
    return About(f"{approval.get_act_display()} of {charge.name}", f"{way} {payer}")
