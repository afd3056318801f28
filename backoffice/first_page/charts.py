"""Bar charts as SVG that the server draws: figures in, rectangles out. No script and no inline style."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.money import Money

WIDTH, HEIGHT = 720, 160
GAP = 0.25  # Of a column, between two bars.


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: what it is of, up and down from the line, and the place of both."""

    label: str
    up: Money
    down: Money
    note: str
    x: float
    width: float
    up_y: float
    up_height: float
    down_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words; `line` is the height of zero."""

    title: str
    up_name: str
    down_name: str
    bars: list[Bar]
    line: float
    highest: Money
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def summary(self) -> str:
        """What somebody who does not see it is told."""
        first, last = self.bars[0].label, self.bars[-1].label
        return f"{self.title}, {first} to {last}; the highest is {self.highest}"


@dataclass(frozen=True, slots=True)
class Column:
    """What a bar shows: cents upwards and downwards, and a word beside it."""

    label: str
    up_minor: int
    down_minor: int = 0
    note: str = ""


def draw_chart(
    title: str, columns: Sequence[Column], currency: str, *, up_name: str, down_name: str = ""
) -> Chart:
    """Return the chart of some columns, at least one; the tallest fills its height. Amounts are cents."""
    highest = max(max(0, column.up_minor) for column in columns)
    lowest = max(max(0, column.down_minor) for column in columns)
    scale = HEIGHT / ((highest + lowest) or 1)
    line = round(highest * scale, 1) if highest + lowest else HEIGHT
    step = WIDTH / len(columns)
    bars = [
        Bar(
            label=column.label,
            up=Money(column.up_minor, currency),
            down=Money(column.down_minor, currency),
            note=column.note,
            x=round((place + GAP / 2) * step, 1),
            width=round(step * (1 - GAP), 1),
            up_y=round(line - max(0, column.up_minor) * scale, 1),
            up_height=round(max(0, column.up_minor) * scale, 1),
            down_height=round(max(0, column.down_minor) * scale, 1),
        )
        for place, column in enumerate(columns)
    ]
    return Chart(title, up_name, down_name, bars, line, Money(highest, currency))


def split_days(start: date, end: date) -> list[tuple[date, date, str]]:
    """Return the columns of a time as first day, last day and label: days, weeks or months."""
    length = (end - start).days + 1
    step = _begin_next_month if length > 120 else _next_week if length > 31 else _next_day
    parts, begins = [], start
    while begins <= end:
        following = step(begins)
        last = min(following - timedelta(days=1), end)
        parts.append((begins, last, _label(begins, last)))
        begins = following
    return parts


def add_up(days: Mapping[date, int], parts: Iterable[tuple[date, date, str]]) -> list[int]:
    """Return what the days of each part come to."""
    return [sum(minor for day, minor in days.items() if first <= day <= last) for first, last, _ in parts]


def _label(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {first:%b %Y}"
    if first.day == 1 and last.month != (last + timedelta(days=1)).month and first.month == last.month:
        return f"{first:%b %Y}"
    return f"{first.day} {first:%b} to {last.day} {last:%b %Y}"


def _next_day(day: date) -> date:
    return day + timedelta(days=1)


def _next_week(day: date) -> date:
    return day + timedelta(days=7)


def _begin_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
