"""What free text and names may hold: something to see, and nothing that spoils what stands beside it."""

# ruff: noqa: RUF001 - letters that look like others are the point.

import pytest

from core.errors import InvalidField
from core.texts import check_display, check_display_name, check_text

UNSEEN = {
    "zero-width blank": "\u200b",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "joiners": "\u200c\u200d",
    "direction marks": "\u200e\u200f",
    "word joiners among blanks": "\u2060 \u00a0\u2060",
    "variation selector": "\ufe0f",
    "grapheme joiner": "\u034f",
    "accent on nothing": "\u0301",
    "Hangul filler": "\u3164",
    "Hangul initial and vowel fillers": "\u115f\u1160",
    "empty braille cell": "\u2800",
    "tags": "\U000e0041\U000e007f",
    "private use": "\ue000",
}
OVERRIDES = {"to the right": "\u202d", "to the left": "\u202e"}


@pytest.mark.parametrize("text", ["x" * 11, "a\x00b", "a\nb", "\ud800"])
def test_texts_that_are_too_long_or_cannot_be_shown_are_refused(text):
    with pytest.raises(InvalidField):
        check_text("note", text, 10)


def test_a_text_is_kept_in_its_normal_form_without_outer_blanks():
    assert check_text("note", "  Rozs\u030ci\u0301r\u030cení ", 12) == "Rozšíření"


@pytest.mark.parametrize("name", UNSEEN.values(), ids=UNSEEN)
def test_a_name_that_cannot_be_seen_is_refused(name):
    with pytest.raises(InvalidField, match="seen") as refusal:
        check_display_name("name", name, 255)
    assert refusal.value.field == "name"


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_may_stand_beside_what_can(unseen):
    assert "Ab" in check_display_name("name", f"{unseen} Ab{unseen}", 255)


def test_whether_a_name_may_be_empty_is_up_to_the_field():
    assert check_display_name("organization_name", "  ", 255) == ""


@pytest.mark.parametrize("override", OVERRIDES.values(), ids=OVERRIDES)
@pytest.mark.parametrize("check", [check_text, check_display_name])
def test_no_text_turns_round_what_follows(override, check):
    with pytest.raises(InvalidField, match="direction"):
        check("note", f"Invoice {override}gnp.exe", 255)


@pytest.mark.parametrize("text", ["שלום \u200fABC\u200e", "\u2067שלום\u2069 Ltd", "\u202bשלום\u202c Ltd"])
def test_a_text_may_say_which_way_it_reads(text):
    assert check_text("note", text, 255) == text


@pytest.mark.parametrize(
    "text",
    [
        "Z" + "\u0351" * 3,
        "a\u0316\u0317\u0318",
        "e\u0301\u0302\u0303\u0304",  # The first one becomes part of the letter.
        "a\u0301\u200d\u0302\u200b\u0303\u034f",
        "ก" + "\u0e47" * 3,
        "א" + "\u05b8" * 5,
        "ཀ" + "\u0fb2" * 5,
        "x\u0488\u0489\u20dd",
    ],
)
@pytest.mark.parametrize("check", [check_text, check_display_name])
def test_no_text_paints_over_the_rows_beside_it(text, check):
    with pytest.raises(InvalidField, match="accents"):
        check("note", text, 255)
    with pytest.raises(InvalidField, match="accents"):
        check_display("note", text)


@pytest.mark.parametrize("text", ["Z\u0351\u0352a\u0351\u0352", "e\u0301\u0302\u0303", "1\ufe0f\u20e3"])
def test_two_marks_in_a_row_are_right(text):
    assert check_text("note", text, 255)
