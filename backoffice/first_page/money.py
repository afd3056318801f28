"""The money of a time, per currency: figures with those of the time before, and two charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from backoffice.first_page.charts import Chart, Column, add_up, draw_chart, split_days
from backoffice.first_page.period import Period
from bookkeeping.figures.reading import Series, Sums, read_owed, read_series
from bookkeeping.models import Figure
from core.money import Money

# Who may see balances may see what they are made of.
PERMISSION = "ledger.view_ledgeraccount"
MONTHS = 12
SHOWN = {
    Figure.COLLECTED: "Collected",
    Figure.REFUNDED: "Refunded",
    Figure.COMMISSION: "Commission",
    Figure.FEES: "Processors' fees",
    Figure.PAID_OUT: "Paid out to sellers",
    Figure.FAILED: "Could not be collected",
    Figure.RECOVERED: "Recovered after a failure",
}
COUNTED = (Figure.FAILED, Figure.RECOVERED)
Figures = Mapping[Figure, Series]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, a remark below it, and a page that says more."""

    title: str
    value: str
    remark: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Currency:
    """What is shown of one currency."""

    code: str
    tiles: list[Tile]
    charts: list[Chart]


def may_see_money(user: User | AnonymousUser) -> bool:
    """Say whether a person may see what the marketplace earns and owes."""
    return user.has_perm(PERMISSION)


def show_money(period: Period, *, livemode: bool) -> list[Currency]:
    """Return each currency in which something was, the one with the most charges first."""
    months = _list_months(period.end)
    start = min(period.before.start, months[0])
    read = read_series(start, max(period.end, months[-1]), livemode=livemode)
    owed = read_owed(period.end, livemode=livemode)
    used = sorted({*read, *owed}, key=lambda code: (-_sum(read.get(code, {}), period).count, code))
    return [_show_currency(code, read.get(code, {}), owed.get(code, 0), period, months) for code in used]


def _show_currency(
    code: str, figures: Figures, owed_minor: int, period: Period, months: list[date]
) -> Currency:
    tiles = [_show_figure(name, title, figures, period, code) for name, title in SHOWN.items()]
    accounts = reverse("admin:ledger_ledgeraccount_changelist", query={"kind__exact": "seller_payable"})
    tiles.insert(4, Tile("Owed to sellers", str(Money(owed_minor, code)), _on(period.end), accounts))
    tiles += _show_subscriptions(figures, code, months)
    return Currency(code, tiles, _draw(figures, code, period, months))


def _show_figure(name: Figure, title: str, figures: Figures, period: Period, code: str) -> Tile:
    now = _sum(figures, period, name)
    then = _sum(figures, period.before, name)
    remark = compare(now.amount_minor, then.amount_minor, period.days)
    if name in COUNTED:
        remark = f"{now.count:,} {'charge' if now.count == 1 else 'charges'}; {remark}"
    return Tile(title, str(Money(now.amount_minor, code)), remark)


def _show_subscriptions(figures: Figures, code: str, months: list[date]) -> list[Tile]:
    """Return what subscriptions brought in the last whole month, and how many left in it."""
    paid, month, before = figures.get(Figure.RECURRING, {}), months[-2], months[-3]
    recurring, earlier = paid.get(month, Sums()), paid.get(before, Sums())
    left = _count_left(figures, month)
    share = f"{left * 100 / earlier.count:.1f} %" if earlier.count else "none had paid before"
    return [
        Tile(
            "Recurring revenue",
            str(Money(recurring.amount_minor, code)),
            f"{month:%B %Y}, {recurring.count:,} paid periods",
        ),
        Tile("Subscriptions lost", share, f"{left:,} of {earlier.count:,} in {month:%B %Y}"),
    ]


def _draw(figures: Figures, code: str, period: Period, months: list[date]) -> list[Chart]:
    parts = split_days(period.start, period.end)
    labels = [label for _, _, label in parts]
    up, down = (
        add_up({day: sums.amount_minor for day, sums in figures.get(name, {}).items()}, parts)
        for name in (Figure.COLLECTED, Figure.REFUNDED)
    )
    moved = [Column(*column) for column in zip(labels, up, down, strict=True)]
    paid = figures.get(Figure.RECURRING, {})
    recurring = [
        Column(f"{month:%b %Y}", paid.get(month, Sums()).amount_minor, note=_describe_left(figures, month))
        for month in months
    ]
    return [
        draw_chart("Collected and refunded", moved, code, up_name="Collected", down_name="Refunded"),
        draw_chart("Recurring revenue by month", recurring, code, up_name="Paid periods"),
    ]


def compare(now: int, then: int, days: int) -> str:
    """Return how a figure stands beside that of as many days before."""
    if now == then:
        return f"the same as the {days} days before"
    if then <= 0:
        return f"none in the {days} days before"
    return f"{(now - then) * 100 / then:+,.0f} % on the {days} days before"


def _describe_left(figures: Figures, month: date) -> str:
    left = _count_left(figures, month)
    return f"{left:,} lost" if left else ""


def _count_left(figures: Figures, month: date) -> int:
    days = figures.get(Figure.LEFT, {})
    return sum(sums.count for day, sums in days.items() if day.replace(day=1) == month)


def _sum(figures: Figures, period: Period, name: Figure = Figure.COLLECTED) -> Sums:
    days = figures.get(name, {})
    return sum((sums for day, sums in days.items() if period.start <= day <= period.end), Sums())


def _list_months(end: date) -> list[date]:
    """Return the first days of the months until this one, the last a year's."""
    months = [end.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def _on(day: date) -> str:
    return f"at the end of {day.day} {day:%B %Y}"
