"""What processors list beside our books, the statements of closed months, and figures by day."""

from bookkeeping.models.closing import Closing
from bookkeeping.models.figures import FIRST_EVENT, DailyFigure, Figure, FigureMark
from bookkeeping.models.reconciliation import (
    LONGEST_STEP,
    SYSTEM,
    Difference,
    DifferenceKind,
    ListedMovement,
    Reading,
)
from bookkeeping.models.statement import PARTS, Statement

__all__ = (
    "FIRST_EVENT",
    "LONGEST_STEP",
    "PARTS",
    "SYSTEM",
    "Closing",
    "DailyFigure",
    "Difference",
    "DifferenceKind",
    "Figure",
    "FigureMark",
    "ListedMovement",
    "Reading",
    "Statement",
)
