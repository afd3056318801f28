"""Which rows fall due by the clock that is asked: a test buyer's by its own, all others by the wall clock."""

from django.db.models import Q

from core import clock


def on_this_clock(path: str = "") -> Q:
    """Keep the rows that fall due by the present clock; `path` leads to their charge or subscription."""
    owner = clock.find_owner()
    if owner is None:
        return Q(**{f"{path}has_own_clock": False})
    return Q(**{f"{path}has_own_clock": True, f"{path}buyer": owner})
