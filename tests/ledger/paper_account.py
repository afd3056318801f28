"""A customer's account kept on paper: the rules of docs/decisions/0013 once more, without a database."""

from dataclasses import dataclass, field
from datetime import date

RAISES = {"invoice", "service_fee", "late_fee", "access_fee", "chargeback"}
LOWERS = {"credit", "payment", "claim", "adjustment"}
FEES = {"service_fee", "late_fee", "access_fee"}
UNDONE_BY = {
    "invoice": "invoice_reversal",
    "service_fee": "invoice_reversal",
    "late_fee": "invoice_reversal",
    "access_fee": "invoice_reversal",
    "credit": "credit_reversal",
    "chargeback": "chargeback_reversal",
    "refund": "refund_reversal",
    "void": "refund_reversal",
}


@dataclass(eq=False)
class Line:
    """One line of the account; each of its cents is open (None) or tied to another line."""

    number: int
    kind: str
    cents: int
    due: date
    names: list[int]
    recorded: date
    tied: dict[int, int] = field(default_factory=dict)  # Line number -> cents.
    undoes: "Line | None" = None
    is_undone: bool = False

    @property
    def open(self) -> int:
        return 0 if self.kind == "decline" else self.cents - sum(self.tied.values())


class PaperAccount:
    """Lines, and when each tie was made: what was tied last is untied first."""

    def __init__(self, fees_first: bool) -> None:
        self.fees_first = fees_first
        self.lines: list[Line] = []
        self.ties: list[list] = []  # [credit line, debt line, cents], oldest first.

    def record(self, kind: str, cents: int, due: date, names: list[int], today: date) -> Line:
        line = self._write(kind, cents, due, names, today)
        self._settle()
        return line

    def reverse(self, line: Line, cents: int | None, today: date) -> "Line | str":
        """The line that reverses, or the name of the refusal."""
        is_payment = line.kind in {"payment", "claim"}
        if not is_payment and line.kind not in UNDONE_BY:
            return "NotReversible"
        undone = sum(each.cents for each in self.lines if each.undoes is line and not each.is_undone)
        if undone == line.cents:
            return "AlreadyReversed"
        cents = line.cents - undone if cents is None else cents
        if cents > line.cents - undone:
            return "ReversalTooLarge"
        if cents < line.cents and not is_payment:
            return "ReversedOnlyWhole"
        if is_payment:
            kind = "void" if cents == line.cents and line.recorded == today else "refund"
        else:
            kind = UNDONE_BY[line.kind]
        self._untie(line, cents)
        reversal = self._write(kind, cents, today, [], today)
        reversal.undoes, line.is_undone = line, not is_payment
        self._tie(*((line, reversal) if self._lowers(line) else (reversal, line)), cents)
        self._settle()
        return reversal

    def balance(self) -> int:
        return sum(line.open if self._lowers(line) else -line.open for line in self.lines)

    def _write(self, kind: str, cents: int, due: date, names: list[int], today: date) -> Line:
        line = Line(len(self.lines), kind, cents, due, names, today)
        self.lines.append(line)
        return line

    def _lowers(self, line: Line) -> bool:
        return line.kind in LOWERS | {"invoice_reversal", "refund_reversal", "chargeback_reversal"}

    def _settle(self) -> None:
        while (credits := self._open(lowers=True)) and (debts := self._open(lowers=False)):
            credit = credits[0]
            # The order is that in which one credit goes; it is not thought over after each debt.
            for debt in self._arrange(debts, credit):
                if credit.open:
                    self._tie(credit, debt, min(credit.open, debt.open))

    def _open(self, lowers: bool) -> list[Line]:
        found = [each for each in self.lines if each.open and self._lowers(each) is lowers]
        return sorted(found, key=lambda line: (line.due, line.number))

    def _arrange(self, debts: list[Line], credit: Line) -> list[Line]:
        oldest = next((debt for debt in debts if debt.kind not in FEES), None)

        def rank(debt: Line) -> tuple:
            if debt.number in credit.names:
                return (0, credit.names.index(debt.number))
            if not self.fees_first:
                return (1,)
            return (1 if debt is oldest else 2 if debt.kind in FEES else 3,)

        return sorted(debts, key=rank)

    def _tie(self, credit: Line, debt: Line, cents: int) -> None:
        self.ties.append([credit, debt, cents])
        for one, other in ((credit, debt), (debt, credit)):
            one.tied[other.number] = one.tied.get(other.number, 0) + cents

    def _untie(self, line: Line, cents: int) -> None:
        """The newest ties end, whole, until so many cents of the line are open."""
        for tie in reversed(list(self.ties)):
            credit, debt, held = tie
            other = debt if credit is line else credit
            if line.open < cents and line in (credit, debt) and other.undoes is not line:
                line.tied[other.number] -= held
                other.tied[line.number] -= held
                self.ties.remove(tie)
