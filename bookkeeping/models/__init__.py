"""What processors list beside our books, and the statements of closed months."""

from bookkeeping.models.reconciliation import Difference, DifferenceKind, ListedMovement, Reading
from bookkeeping.models.statement import PARTS, Statement

__all__ = ("PARTS", "Difference", "DifferenceKind", "ListedMovement", "Reading", "Statement")
