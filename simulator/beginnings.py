"""Marketplaces whose people have settled in; a few are made once and begin many histories."""

import random
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from gateway.registry import get_gateway
from simulator.database import Rows, empty_tables, fill_tables, read_tables
from simulator.faults import Faults
from simulator.messages import Message, Messages
from simulator.people import People, settle_in
from simulator.processor import LINE
from simulator.simulated_time import SimulatedTime

VARIANTS = 16


class Beginning(NamedTuple):
    """What is there when a history begins: people, rows, the processor's books, messages under way."""

    now: datetime
    people: People
    rows: Rows
    books: bytes
    messages: list[Message]


class Beginnings:
    """Makes each variant once, and puts it in the place of the history before."""

    def __init__(self, books: Path) -> None:
        self._books = books
        self._made: dict[int, Beginning] = {}

    def begin(self, seed: int) -> Beginning:
        """Leave of the database and of the processor's books only what the history of a seed begins with."""
        variant = seed % VARIANTS
        empty_tables()
        self._replace_books(b"")
        if variant not in self._made:
            self._made[variant] = self._make(variant)
            return self._made[variant]
        fill_tables(self._made[variant].rows)
        self._replace_books(self._made[variant].books)
        return self._made[variant]

    def _make(self, variant: int) -> Beginning:
        draw = random.Random(f"beginning {variant}")
        faults = Faults(draw)
        faults.are_on = False
        messages = Messages(draw, faults)
        LINE.reset(faults)
        time = SimulatedTime()
        with time.ruling(), messages.taking_over():
            people = settle_in(draw, time)
        return Beginning(time.now, people, read_tables(), self._books.read_bytes(), messages.waiting)

    def _replace_books(self, content: bytes) -> None:
        for file in self._books.parent.glob(f"{self._books.name}*"):
            file.unlink()
        if content:
            self._books.write_bytes(content)
        settings.SANDBOX_BOOKS = str(self._books)
        get_gateway.cache_clear()
