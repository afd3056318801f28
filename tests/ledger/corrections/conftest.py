"""Fixtures of other folders."""

from tests.verification import sound_books as sound_books
