"""Lines of a timeline: as the database gives them, and as they are shown."""

from datetime import datetime
from typing import Any, NamedTuple

from core.money import Money


class Row(NamedTuple):
    """A line as the database gives it."""

    at: datetime
    source: str
    what: str
    detail: str
    who: str
    pk: int | None
    minor: int | None
    currency: str
    kind: str

    @property
    def money(self) -> str:
        """The amount in words; nothing for none."""
        return "" if self.minor is None else str(Money(int(self.minor), self.currency))

    @property
    def marked_money(self) -> str:
        """The amount with a mark on test money, of sources of both whose `who` is the mode."""
        return f"{self.money} (test money)" if self.who == "test" else self.money

    @property
    def actor(self) -> str:
        """Who did it, from the name that histories have: staff:anna, system:collection."""
        kind, _, name = self.who.partition(":")
        return {"staff": f"{name} of the staff", "system": "the server", "": ""}.get(kind, self.who)


class Line(NamedTuple):
    """A line as it is shown: when, what happened, a detail, and the page that says more."""

    at: datetime
    what: str
    detail: str
    address: str


class Words(NamedTuple):
    """What a line says: what happened, and a detail."""

    what: str
    detail: str = ""


def label(choices: Any, value: str) -> str:
    """Return the name of a choice; itself for one that is not known any more."""
    return str(dict(choices.choices).get(value, value))


def join(*parts: str) -> str:
    """Return a detail of the parts that say anything."""
    return " · ".join(part for part in parts if part)
