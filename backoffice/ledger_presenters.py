"""The books in words: accounts by what they hold, and amounts the way round that finance reads them.

The ledger counts debits as positive. What is owed, earned or under way stands on the other side and would
be negative; here it is positive.
"""

from core.money import Money
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, TransactionKind

NAMES: dict[str, str] = {
    AccountKind.BUYER_CLEARING: "Held by processors for us",
    AccountKind.SELLER_PAYABLE: "Owed to {holder}",
    AccountKind.COMMISSION_REVENUE: "Commission earned",
    AccountKind.DISPUTED: "Disputed, not decided yet",
    AccountKind.PROCESSOR_FEES: "Fees of processors",
    AccountKind.PAYOUTS_IN_TRANSIT: "Payouts on their way",
}
# What a posting of money between a buyer and a seller is about, and the part of it on each account.
MOVED: dict[str, str] = {
    TransactionKind.COLLECTION: "what was paid",
    TransactionKind.REFUND: "what was given back",
    TransactionKind.REFUND_RETURNED: "the refund that came back",
    TransactionKind.DISBURSEMENT: "what was paid out",
    TransactionKind.DISPUTE_OPENED: "what the bank took back",
    TransactionKind.DISPUTE_WON: "what the bank gave back",
}
RULES: dict[str, str] = {
    AccountKind.BUYER_CLEARING: "{moved}, all of it",
    AccountKind.SELLER_PAYABLE: "{moved} less the commission",
    AccountKind.COMMISSION_REVENUE: "the commission on {moved}",
}
CREDIT = (AccountKind.SELLER_PAYABLE, AccountKind.COMMISSION_REVENUE, AccountKind.PAYOUTS_IN_TRANSIT)


def name_account(account: LedgerAccount) -> str:
    """Return what an account holds; of a seller's its organisation must have been fetched."""
    name = NAMES.get(account.kind, account.get_kind_display())
    holder = account.organization.name if account.organization else ""
    test = "" if account.livemode else ", test money"
    return f"{name.format(holder=holder)} ({account.currency}{test})"


def write_balance(account: LedgerAccount, debit_minor: int) -> str:
    """Return a balance (cents, debit positive) as finance reads it: what is owed is positive."""
    return str(Money(-debit_minor if account.kind in CREDIT else debit_minor, account.currency))


def write_change(entry: LedgerEntry) -> str:
    """Return how an entry changed its account, with the sign: +15.20 USD when more is owed."""
    minor = -entry.amount_minor if entry.account.kind in CREDIT else entry.amount_minor
    return f"{'+' if minor > 0 else ''}{Money(minor, entry.account.currency)}"


def explain_entry(entry: LedgerEntry) -> str:
    """Return why there is an entry: what was booked, by which rule it is of this account, and for what."""
    transaction = entry.transaction
    moved = MOVED.get(transaction.kind, "")
    rule = RULES.get(entry.account.kind, "").format(moved=moved) if moved else ""
    why = f"{rule} ({transaction.description})" if rule else transaction.description
    return f"{transaction.get_kind_display()}: {why}"
