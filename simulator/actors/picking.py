"""Picking a row by the seed: the same rows in the same order give the same choice."""

import random
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
FEW = 20


def pick(draw: random.Random, rows: QuerySet[Row]) -> Row | None:
    """Return one of the first rows, None when there are none."""
    found = list(rows.order_by("pk")[:FEW])
    return draw.choice(found) if found else None
