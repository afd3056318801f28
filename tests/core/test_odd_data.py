"""Odd but ordinary values pass as text, as a code and as a name."""

import unicodedata

import pytest

from core.texts import check_display_name, check_text
from tests.odd_data import ALL, BY_KIND

NAMED = pytest.mark.parametrize("text", [value for _, value in ALL], ids=[f"{k}: {v[:30]}" for k, v in ALL])


@NAMED
def test_an_ordinary_value_passes(text):
    kept = unicodedata.normalize("NFC", text)
    assert check_text("note", text, 255) == kept
    assert check_text("code", text, 255, is_code=True) == kept
    assert check_display_name("name", text, 255) == kept


def test_every_kind_is_there_and_no_value_twice():
    values = [value for _, value in ALL]
    assert all(BY_KIND.values())
    assert len(set(values)) == len(values)
