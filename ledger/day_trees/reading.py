"""Closed days and their keys, as they are published."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ledger.models import DayTree, SigningKey


class PublicKey(NamedTuple):
    """The public half of a key in hexadecimal, and from when until when it signed (UTC)."""

    public_key: str
    created_at: datetime
    retired_at: datetime | None


def list_closed_days(*, before: date | None = None, limit: int) -> list[DayTree]:
    """Return closed trees, the newest first, from before a day on."""
    days = DayTree.objects.filter(closed_at__isnull=False).select_related("key").order_by("-day")
    return list((days if before is None else days.filter(day__lt=before))[:limit])


def list_signing_keys() -> list[PublicKey]:
    """Return all keys that have ever signed, the newest first."""
    keys = SigningKey.objects.order_by("-pk").values_list(*PublicKey._fields)
    return [PublicKey._make(key) for key in keys]


def find_roots_of_months(ends: Iterable[datetime]) -> dict[datetime, DayTree]:
    """Return the trees whose roots hold all until the ends (UTC) of months, without those not closed yet.

    It is that of the last day, or the first tree that there is.
    """
    last_days = {ends_at: (ends_at - timedelta(days=1)).date() for ends_at in ends}
    closed = DayTree.objects.filter(closed_at__isnull=False).select_related("key")
    trees = {tree.day: tree for tree in closed.filter(day__in=last_days.values())}
    first = closed.order_by("day").first()
    if first is not None:
        trees |= {day: first for day in last_days.values() if day < first.day}
    return {ends_at: trees[day] for ends_at, day in last_days.items() if day in trees}
