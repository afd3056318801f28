"""The statements of a seller: those of closed months as they were stored, and that of a month still open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from django.db.models import QuerySet

from bookkeeping.errors import StatementNotFound
from bookkeeping.models import Statement
from bookkeeping.statements.figures import Line, list_lines, sum_up
from core import clock
from customers.models import Organization
from ledger.as_of import read_balance_as_of
from ledger.day_trees.reading import find_roots_of_months
from ledger.models import AccountKind, DayTree, LedgerAccount, LedgerEntry, Month
from ledger.months import find_next_month

SHOWN = 24
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class SellerStatement:
    """A statement with where its lines are; what is not final may still change."""

    figures: Statement
    organization: Organization
    currency: str
    starts_at: datetime
    ends_at: datetime
    first_entry: int
    is_final: bool

    @classmethod
    def of_closed(cls, statement: Statement) -> Self:
        """Return a stored one, whose month and organisation were read along."""
        month = statement.month
        return cls(
            statement,
            statement.organization,
            statement.currency,
            month.starts_at,
            month.ends_at,
            first_entry=month.first_entry or 0,
            is_final=True,
        )

    @property
    def file_name(self) -> str:
        """The name of its files without the ending."""
        return f"statement-{self.starts_at:%Y-%m}-{self.currency}"

    def find_books(self) -> DayTree | None:
        """Return the day whose signed root holds all of a final statement; None while it is not closed."""
        return find_books([self]).get(self.ends_at)

    def list_lines(self, *, after: int = 0, limit: int = PAGE) -> list[Line]:
        """Return lines from after a place on."""
        return list_lines(
            self.figures.account_id,
            first=self.first_entry,
            start=self.starts_at,
            end=self.ends_at,
            after=after,
            limit=limit,
        )

    def find_place(self, public_id: UUID | None) -> int:
        """Return the place of a line by its transaction; 0 without one, and for one that is none of its."""
        if public_id is None:
            return 0
        entry = LedgerEntry.objects.filter(account=self.figures.account_id, transaction__public_id=public_id)
        return entry.values_list("pk", flat=True).first() or 0

    def stream_lines(self) -> Iterator[Line]:
        """Return all lines, reading a page at a time."""
        after = 0
        while page := self.list_lines(after=after):
            yield from page
            after = page[-1].id


def find_books(statements: Iterable[SellerStatement]) -> dict[datetime, DayTree]:
    """Return the days whose signed roots hold all of final statements, by the ends (UTC) of their months."""
    return find_roots_of_months({each.ends_at for each in statements if each.is_final})


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Statements of whole months, and the month before which there are older ones; None for none."""

    statements: list[SellerStatement]
    older_than: datetime | None = None


def list_statements(organization_id: int, *, before: datetime | None = None) -> StatementPage:
    """Return a seller's statements of closed months, newest first, from before a month on.

    At most 24, in whole months: the next page begins with another month. A month of more has them all.
    """
    found = _select().filter(organization=organization_id)
    if before is not None:
        found = found.filter(month__starts_at__lt=before)
    rows = list(found.order_by("-month", "currency")[: SHOWN + 1])
    if len(rows) <= SHOWN:
        return StatementPage([SellerStatement.of_closed(row) for row in rows])
    cut = rows[SHOWN].month_id
    whole = [row for row in rows if row.month_id != cut] or list(found.filter(month=cut).order_by("currency"))
    last = whole[-1].month
    is_more = last.pk != cut or found.filter(month__starts_at__lt=last.starts_at).exists()
    return StatementPage(
        [SellerStatement.of_closed(row) for row in whole], last.starts_at if is_more else None
    )


def read_statements(organization_id: int, *, starts_at: datetime) -> list[SellerStatement]:
    """Return a seller's statements of one month, one for each currency.

    That of a month which is not closed is summed up now. Raises StatementNotFound for a month to come, and
    for one in which the seller had nothing.
    """
    month = Month.objects.filter(starts_at=starts_at).first()
    if month is not None and month.closed_at is not None:
        stored = _select().filter(organization=organization_id, month=month).order_by("currency")
        found = [SellerStatement.of_closed(each) for each in stored]
    else:
        found = list(_sum_up_open(organization_id, starts_at))
    if not found:
        raise StatementNotFound
    return found


def list_open_months(organization_id: int) -> list[datetime]:
    """Return the running month and earlier ones that are not closed, newest first; none for who never sold.

    At most 24. A seller may have had nothing in one of them.
    """
    own = LedgerAccount.objects.filter(kind=AccountKind.SELLER_PAYABLE, organization=organization_id)
    if not own.filter(livemode=True).exists():
        return []
    over = Month.objects.filter(closed_at=None).order_by("-starts_at").values_list("starts_at", flat=True)
    now = clock.now()
    running = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [running, *(each for each in over[:SHOWN] if each < running)][:SHOWN]


def read_statement(organization_id: int, *, starts_at: datetime, currency: str) -> SellerStatement:
    """Return the statement of one month and currency. Raises StatementNotFound."""
    for statement in read_statements(organization_id, starts_at=starts_at):
        if statement.currency == currency:
            return statement
    raise StatementNotFound


def _select() -> QuerySet[Statement]:
    return Statement.objects.select_related("month", "organization")


def _sum_up_open(organization_id: int, starts_at: datetime) -> Iterator[SellerStatement]:
    if starts_at > clock.now():
        return
    ends_at = find_next_month(starts_at)
    accounts = LedgerAccount.objects.filter(
        kind=AccountKind.SELLER_PAYABLE, organization=organization_id, livemode=True
    ).select_related("organization")
    last = Month.objects.filter(closed_at__isnull=False, ends_at__lte=starts_at).order_by("-ends_at").first()
    first = (last.first_entry or 0) if last else 0
    for account in accounts.order_by("currency"):
        opening = -read_balance_as_of(account.pk, starts_at)
        figures = sum_up(account.pk, opening_minor=opening, first=first, start=starts_at, end=ends_at)
        if account.organization and (opening or figures.line_count):
            yield SellerStatement(
                figures, account.organization, account.currency, starts_at, ends_at, first, is_final=False
            )
