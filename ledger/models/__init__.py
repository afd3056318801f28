"""The books of the marketplace, and beside them what each customer of a merchant owes."""

from ledger.models.books import (
    AccountKind,
    BalanceSnapshot,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    RollUpMark,
    TransactionKind,
)
from ledger.models.corrections import Correction
from ledger.models.day_trees import DayTree, SigningKey, TreeLeaf
from ledger.models.entry_sums import EntrySum, SumMark
from ledger.models.months import Month, MonthBalance, MonthTurnover
from ledger.models.receivables import Allocation, CustomerTransaction

__all__ = (
    "AccountKind",
    "Allocation",
    "BalanceSnapshot",
    "Correction",
    "CustomerTransaction",
    "DayTree",
    "EntrySum",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Month",
    "MonthBalance",
    "MonthTurnover",
    "RollUpMark",
    "SigningKey",
    "SumMark",
    "TransactionKind",
    "TreeLeaf",
)
