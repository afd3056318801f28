"""Closed days and their keys, as they are published."""

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


def find_root_of_month(ends_at: datetime) -> DayTree | None:
    """Return the tree whose root holds all until the end (UTC) of a month; None while it is not closed.

    It is that of the last day, or the first tree that there is.
    """
    last = (ends_at - timedelta(days=1)).date()
    closed = DayTree.objects.filter(closed_at__isnull=False, day__gte=last).select_related("key")
    return closed.order_by("day").first()
