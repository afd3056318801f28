"""What processors list beside our books, the statements of closed months, and figures by day."""

from bookkeeping.models.figures import FIRST_EVENT, DailyFigure, Figure, FigureMark
from bookkeeping.models.reconciliation import Difference, DifferenceKind, ListedMovement, Reading
from bookkeeping.models.statement import PARTS, Statement

__all__ = (
    "FIRST_EVENT",
    "PARTS",
    "DailyFigure",
    "Difference",
    "DifferenceKind",
    "Figure",
    "FigureMark",
    "ListedMovement",
    "Reading",
    "Statement",
)
