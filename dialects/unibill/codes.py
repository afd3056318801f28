"""UniBill's letters, and what we call the same."""

from collections.abc import Mapping

from customers.models import BankAccountType, PaymentKind
from ledger.transaction_types import CustomerTransactionType as Type
from subscriptions.lifecycle.agreement_status import AgreementStatus
from subscriptions.models import AdjustmentKind
from subscriptions.schedule import Frequency

Cycle = tuple[Frequency, int]

TRANSACTION_TYPES: Mapping[str, Type] = {
    "RI": Type.INVOICE,
    "RC": Type.CREDIT,
    "RF": Type.SERVICE_FEE,
    "RL": Type.LATE_FEE,
    "RA": Type.ACCESS_FEE,
    "AP": Type.PAYMENT,
    "AA": Type.ADJUSTMENT,
    "AC": Type.CLAIM,
    "AD": Type.DECLINE,
    "AG": Type.CHARGEBACK,
    "RR": Type.INVOICE_REVERSAL,
    "RX": Type.CREDIT_REVERSAL,
    "AV": Type.VOID,
    "AR": Type.REFUND,
    "AX": Type.REFUND_REVERSAL,
    "AS": Type.CHARGEBACK_REVERSAL,
}
# What may be asked for: also the fees of handing a debt to a collections agency, which are not made here.
ASKED_TYPES: Mapping[str, Type | None] = {**TRANSACTION_TYPES, "RO": None, "RN": None}
# What a merchant enters; the others come about by billing, at the bank, or by reversing.
ENTERED_TYPES = ("RI", "RC", "RF", "RL", "RA", "AP", "AA")

CYCLES: Mapping[str, Cycle] = {
    "W": (Frequency.WEEKLY, 1),
    "M": (Frequency.MONTHLY, 1),
    "Q": (Frequency.MONTHLY, 3),
    "S": (Frequency.MONTHLY, 6),
    "A": (Frequency.YEARLY, 1),
}
SUBSCRIPTION_TYPES = {"F": "fixed", "P": "perpetual"}
STATUSES: Mapping[str, AgreementStatus] = {
    "U": AgreementStatus.UNBILLED,
    "C": AgreementStatus.CURRENT,
    "D": AgreementStatus.DEFERRED,
    "F": AgreementStatus.SKIP,
    "S": AgreementStatus.SUSPENDED,
    "N": AgreementStatus.CANCELLED,
    "E": AgreementStatus.EXPIRED,
}
# What may be looked for: also P, paused, which nothing is here.
ASKED_STATUSES: Mapping[str, str] = {**STATUSES, "P": "paused"}
ADJUSTMENT_TYPES: Mapping[str, AdjustmentKind] = {"F": AdjustmentKind.SKIP, "C": AdjustmentKind.CANCEL}

# Credit comes before debit: of a card only its brand is known, and that is shown by the first that fits.
CARD_TYPES: Mapping[str, str] = {
    "VC": "visa",
    "MC": "mastercard",
    "AC": "amex",
    "DC": "discover",
    "CC": "card",
    "VD": "visa_debit",
    "MD": "mastercard_debit",
    "DD": "discover_debit",
}
BANK_ACCOUNT_TYPES: Mapping[str, BankAccountType] = {
    "BC": BankAccountType.CHECKING,
    "BS": BankAccountType.SAVINGS,
}
ACCOUNT_TYPES: Mapping[str, str] = {
    **CARD_TYPES,
    **{letters: kind.value for letters, kind in BANK_ACCOUNT_TYPES.items()},
    "L": "allowance",
    "K": "cash",
    "H": "check",
    "E": "external",
    "P": "payment_plan",
    "T": "settlement",
    "W": "write_off",
}
# A card's own brand is in its number, whatever the letters say.
CHARGEABLE_TYPES: Mapping[str, PaymentKind | BankAccountType] = {
    **dict.fromkeys(CARD_TYPES, PaymentKind.CARD),
    **BANK_ACCOUNT_TYPES,
}


def spell(words: Mapping[str, object], meaning: object) -> str | None:
    """Return UniBill's letters for something; None when it has none."""
    return next((letters for letters, ours in words.items() if ours == meaning), None)
