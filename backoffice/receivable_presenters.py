"""Why a line of a customer's receivables has its amount, and why so much of it is open."""

from collections.abc import Iterator

from backoffice.amount_presenters import explain_charge, write_times
from core.money import Money
from ledger.models import CustomerTransaction
from ledger.transaction_types import CustomerTransactionType, Side

OFFSET = {
    Side.DEBT: "{money} of it is covered by payments and credits, {open} is open.",
    Side.CREDIT: "{money} of it covers debts, {open} is left for later ones.",
}


def explain_receivable(transaction: CustomerTransaction) -> Iterator[str]:
    """Yield where the amount comes from, and what is left of it."""
    amount = Money(transaction.amount_minor, transaction.currency)
    yield from _explain_cause(transaction, amount)
    if transaction.side in OFFSET:
        left = Money(transaction.balance_minor, transaction.currency)
        yield OFFSET[Side(transaction.side)].format(money=amount - left, open=left)


def _explain_cause(transaction: CustomerTransaction, amount: Money) -> Iterator[str]:
    billed = transaction.subscription
    if billed is not None and transaction.period is not None:
        price = Money(billed.price_minor, billed.currency)
        yield f"Period {transaction.period + 1} of {billed.name}. {_multiply(price, amount)}"
    elif transaction.charge is not None:
        yield f"What became of {transaction.charge.name}:"
        yield from explain_charge(transaction.charge)
    elif transaction.attempt is not None:
        declined = transaction.attempt
        yield f"{declined.gateway} declined {declined.money}: {declined.message or declined.code}"
    elif transaction.dispute is not None:
        dispute = transaction.dispute
        yield (
            f"The payer's bank took back {amount} of {dispute.charge.name}:"
            f" dispute {dispute.reference}, {dispute.get_status_display().lower()}."
        )
    elif transaction.reverses is not None:
        of = transaction.reverses
        whole = Money(of.amount_minor, of.currency)
        yield f"{amount} of {of.get_type_display().lower()} {of.display_code} over {whole} is taken back."
    elif transaction.type == CustomerTransactionType.ADJUSTMENT:
        yield f"{amount} is written off by {transaction.creator}."
    else:
        yield f"{amount} as {transaction.creator} entered it."


def _multiply(price: Money, amount: Money) -> str:
    count, rest = divmod(amount.amount_minor, price.amount_minor)
    return f"{amount}; its price is {price} now." if rest or not count else write_times(count, price)
