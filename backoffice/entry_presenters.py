"""Why an entry of the books has its amount: the rule, and the figures that it was applied to."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

from backoffice.amount_presenters import explain_tax, write_multiplication
from charges.models import AttemptFee, Charge, ChargeKind, Dispute, FeePayer
from core.ledger_references import ATTEMPT, CHARGE, DISPUTE, PAYOUT
from core.money import Money
from ledger.models import AccountKind, LedgerEntry, TransactionKind
from payouts.models import Payout

PUBLIC_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Explain = Callable[[LedgerEntry, UUID], Iterator[str]]


def explain_figures(entry: LedgerEntry) -> Iterator[str]:
    """Yield how the amount of an entry comes about; its account and transaction have been fetched."""
    reference = entry.transaction.reference
    found = PUBLIC_ID.search(reference)
    explain = next((each for prefix, each in EXPLAIN.items() if reference.startswith(prefix)), None)
    if found is None or explain is None:
        yield f"Booked by hand: {entry.transaction.description}."
        return
    yield from explain(entry, UUID(found[0]))


def _explain_charge(entry: LedgerEntry, public_id: UUID) -> Iterator[str]:
    charge = Charge.objects.select_related("refund_of").filter(public_id=public_id).first()
    if charge is None:
        return
    total, commission = charge.total, charge.commission
    kind, of = entry.account.kind, charge.refund_of
    if kind == AccountKind.COMMISSION_REVENUE:
        if of is not None:
            yield f"The commission in {total} of the {of.total} that were paid: {commission}."
        else:
            rate = f"{charge.commission_percent} % of {total}"
            yield f"Commission: {rate}, half of the smallest unit rounded up: {commission}."
    elif kind == AccountKind.SELLER_PAYABLE:
        yield f"{total} less the commission of {commission}: {total - commission} for the seller."
    elif of is not None:
        came_back = entry.transaction.kind == TransactionKind.REFUND_RETURNED
        yield f"{total} of the {of.total} that were paid {'came back' if came_back else 'goes back'}."
    else:
        yield write_multiplication(charge)
    if charge.kind == ChargeKind.CHARGE:
        yield from explain_tax(charge)


def _explain_fee(entry: LedgerEntry, public_id: UUID) -> Iterator[str]:
    number = int(entry.transaction.reference.rpartition(":")[2])
    fees = AttemptFee.objects.select_related("attempt")
    fee = fees.filter(attempt__charge__public_id=public_id, attempt__number=number).first()
    if fee is not None:
        attempt = fee.attempt
        kept = Money(abs(entry.amount_minor), entry.account.currency)
        yield f"{attempt.gateway} kept {kept} of {attempt.money} for its work."


def _explain_dispute(entry: LedgerEntry, public_id: UUID) -> Iterator[str]:
    dispute = Dispute.objects.filter(public_id=public_id).first()
    if dispute is None:
        return
    if entry.transaction.kind == TransactionKind.FEE:
        yield _write_dispute_fee(entry, dispute)
        return
    yield f"Dispute {dispute.reference} over {dispute.money}."
    if dispute.commission_minor is not None:
        commission = Money(dispute.commission_minor, dispute.currency)
        seller = dispute.money - commission
        yield f"The marketplace's share is its commission of {commission}, the seller's the rest, {seller}."


def _write_dispute_fee(entry: LedgerEntry, dispute: Dispute) -> str:
    """Return who keeps or gave back how much; each later change of a fee has a posting of its own."""
    bearer = "the seller" if dispute.fee_payer == FeePayer.SELLER else "the marketplace"
    change = Money(abs(entry.amount_minor), entry.account.currency)
    # A fee leaves clearing (credit); each other account that it touches is debited.
    if (entry.amount_minor > 0) == (entry.account.kind == AccountKind.BUYER_CLEARING):
        return (
            f"{dispute.gateway} gave back {change} of its fee for the dispute {dispute.reference}, "
            f"which {bearer} bore."
        )
    return f"{change} is what {dispute.gateway} keeps for the dispute {dispute.reference}; {bearer} bears it."


def _explain_payout(entry: LedgerEntry, public_id: UUID) -> Iterator[str]:
    payout = Payout.objects.filter(public_id=public_id).first()
    if payout is not None:
        amount = Money(payout.amount_minor, payout.currency)
        available = Money(payout.available_minor, payout.currency)
        yield f"The payout of {amount}, of the {available} that were available when it was asked for."


EXPLAIN: dict[str, Explain] = {
    CHARGE: _explain_charge,
    ATTEMPT: _explain_fee,
    DISPUTE: _explain_dispute,
    PAYOUT: _explain_payout,
}
