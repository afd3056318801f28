"""Payouts to sellers, where they go, and the files of banks."""

from payouts.models.accounts import MAX_HOLDER, PayoutAccount, PayoutSchedule
from payouts.models.batches import BankReport, PayoutBatch
from payouts.models.directions import Direction, DirectionKind
from payouts.models.payouts import (
    UNDER_WAY,
    UNSENT,
    Payout,
    PayoutChange,
    PayoutMethod,
    PayoutStatus,
)

__all__ = (
    "MAX_HOLDER",
    "UNDER_WAY",
    "UNSENT",
    "BankReport",
    "Direction",
    "DirectionKind",
    "Payout",
    "PayoutAccount",
    "PayoutBatch",
    "PayoutChange",
    "PayoutMethod",
    "PayoutSchedule",
    "PayoutStatus",
)
