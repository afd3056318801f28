"""Picking an act and a row by the seed: the same rows in the same order give the same choice."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from simulator.marketplace import Marketplace

Row = TypeVar("Row", bound=Model)
Act = Callable[[Marketplace], bool]
FEW = 20


def do_one(market: Marketplace, acts: Sequence[Act]) -> None:
    """Do the first of these acts, in an order that is drawn, that finds something to do and says so."""
    any(act(market) for act in market.draw.sample(acts, len(acts)))


def pick(draw: random.Random, rows: QuerySet[Row]) -> Row | None:
    """Return one of the first rows, None when there are none."""
    found = list(rows.order_by("pk")[:FEW])
    return draw.choice(found) if found else None
