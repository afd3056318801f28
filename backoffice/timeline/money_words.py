"""The words of lines about money: charges, refunds, attempts, disputes, postings, payouts."""

from backoffice.charge_presenters import name_status
from backoffice.timeline.rows import Row, Words, join, label
from charges.models import AttemptState, ChargeKind, ChargeStatus, DisputeStatus, ReviewOutcome
from invoicing.models import PaperKind
from ledger.models import TransactionKind
from payouts.models import PayoutStatus

# What happens to the money of a charge: asked of a processor, and in the names of what was asked for.
ASKED: dict[str, str] = {ChargeKind.REFUND: "to be given back", ChargeKind.DISBURSEMENT: "to be paid out"}
TRIED: dict[str, str] = {ChargeKind.REFUND: "given back by", ChargeKind.DISBURSEMENT: "paid out by"}
DONE: dict[str, str] = {ChargeKind.REFUND: "Refunded", ChargeKind.DISBURSEMENT: "Paid out"}


def tell_asked(row: Row) -> Words:
    """Say what was asked for, and by which app."""
    return Words(f"{row.money} {ASKED.get(row.kind, 'asked for')}: {row.detail}", row.who and f"by {row.who}")


def tell_refund(row: Row) -> Words:
    """Say how far money is on its way back."""
    verbs: dict[str, str] = {ChargeStatus.SUCCESS: "given back", ChargeStatus.FAILED: "not given back"}
    verb = verbs.get(row.what, "to be given back")
    return Words(f"{row.money} {verb}: {_name_status(row)}", row.detail)


def tell_step(row: Row) -> Words:
    """Say how far a charge came, and who let it."""
    return Words(_name_status(row), join(row.actor, row.detail))


def tell_period(row: Row) -> Words:
    """Say what became of a payment of a subscription, or of its refund."""
    if row.kind == ChargeKind.REFUND:
        return tell_refund(row)
    return Words(f"{row.money}: payment {_name_status(row).lower()}", row.detail)


def tell_bought(row: Row) -> Words:
    """Say what a buyer paid, or was given back."""
    if row.kind == ChargeKind.REFUND:
        return _tell_refund_for(row, "given back to it")
    return Words(f"Bought {row.detail} for {row.marked_money}: {_name_status(row)}")


def tell_sold(row: Row) -> Words:
    """Say what a seller sold, gave back, or paid out."""
    if row.kind == ChargeKind.REFUND:
        return _tell_refund_for(row, "given back to the buyer")
    if row.kind == ChargeKind.DISBURSEMENT:
        return Words(f"{row.marked_money} paid to a customer for {row.detail}: {_name_status(row)}")
    return Words(f"Sold {row.detail} for {row.marked_money}: {_name_status(row)}")


def tell_sent(row: Row) -> Words:
    """Say what a processor was asked to do."""
    verb = TRIED.get(row.kind)
    return Words(f"{row.money} to be {verb} {row.detail}" if verb else f"{row.money} asked of {row.detail}")


def tell_answer(row: Row) -> Words:
    """Say what a processor answered."""
    done = DONE.get(row.kind, "") if row.what == AttemptState.SUCCEEDED else ""
    return Words(f"{row.who} answered: {done or label(AttemptState, row.what)}", row.detail)


def tell_review(row: Row) -> Words:
    """Say what a person found out of an attempt, why, and what the processor said then."""
    return Words(f"{row.actor} settled {row.money}: {label(ReviewOutcome, row.what)}", row.detail)


def tell_dispute(row: Row) -> Words:
    """Say that a bank took money back, or how that was decided."""
    if row.what:
        return Words(f"Dispute over {row.money}: {label(DisputeStatus, row.what)}", row.detail)
    return Words(f"{row.money} taken back by the payer's bank: a dispute", row.detail)


def tell_posting(row: Row) -> Words:
    """Say what was booked."""
    return Words(f"{row.marked_money} booked: {label(TransactionKind, row.what)}", row.detail)


def tell_owed(row: Row) -> Words:
    """Say by how much more or less a seller is owed."""
    less = row.minor is not None and row.minor < 0
    money = row._replace(minor=abs(row.minor or 0)).marked_money
    return Words(
        f"{money} {'less' if less else 'more'} owed to it: {label(TransactionKind, row.what)}", row.detail
    )


def tell_paper(row: Row) -> Words:
    """Say which invoice or credit note was issued."""
    return Words(f"{label(PaperKind, row.what)} {row.detail} over {row.money}")


def tell_payout(row: Row) -> Words:
    """Say how far a payout to a seller is."""
    return Words(f"Payout of {row.money}: {label(PayoutStatus, row.what)}", join(row.actor, row.detail))


def _tell_refund_for(row: Row, verb: str) -> Words:
    """Say which refund it was of, on the page of somebody to whom there are many."""
    return Words(f"Refund of {row.detail}, {row.marked_money} {verb}: {_name_status(row)}")


def _name_status(row: Row) -> str:
    return name_status(row.kind, row.what)
