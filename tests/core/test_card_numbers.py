"""Card numbers hidden in free text: all of them are found, and next to nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.card_numbers import GROUPINGS, ISSUERS, hides_card_number
from core.checksums import is_card_number
from core.errors import InvalidField
from core.texts import check_text
from gateway.sandbox_behaviours import TEST_CARDS

pytestmark = pytest.mark.rules

SEPARATORS = [" ", "  ", "-", " - ", ".", "/", "_", "\n"]
UNUSUAL_SEPARATORS = {
    "no-break blank": "\u00a0",
    "narrow no-break blank": "\u202f",
    "thin blank": "\u2009",
    "ideographic blank": "\u3000",
    "empty braille cell": "\u2800",
    "hyphen": "\u2010",
    "no-break hyphen": "\u2011",
    "en dash": "\u2013",
    "minus": "\u2212",
    "full-width dash": "\uff0d",
}
UNSEEN = {
    "zero-width blank": "\u200b",
    "joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "accent": "\u0301",
    "filler": "\u3164",
    "override": "\u202e",
}
OTHER_DIGITS = {"full-width": 0xFF10, "Arabic": 0x0660, "Devanagari": 0x0966, "bold": 0x1D7CE}
BRANDED = [
    "4242424242424242",
    "4111111111111111110",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "3056930009020004",
    "36227206271667",
    "38520000023237",
    "3566002020360505",
    "6200000000000005",
    "6759649826438453",
]


def group(number: str, separator: str) -> str:
    """The number in groups as on its card."""
    lengths = (4, 6, len(number) - 10)
    if len(number) > 15:
        lengths = next(lengths for lengths in GROUPINGS if sum(lengths) == len(number))
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    return separator.join(number[start : start + n] for start, n in zip(starts, lengths, strict=True))


@st.composite
def card_numbers(draw) -> str:
    """A number of one of the issuers; of the ten possible last digits, exactly one is right."""
    first, last, lengths = draw(st.sampled_from(ISSUERS))
    prefix = str(draw(st.integers(int(first), int(last))))
    size = draw(st.sampled_from(lengths)) - len(prefix) - 1
    body = prefix + draw(st.text(alphabet="0123456789", min_size=size, max_size=size))
    (number,) = [body + digit for digit in "0123456789" if is_card_number(body + digit)]
    return number


@st.composite
def hidden_card_numbers(draw) -> str:
    """A card number as people write it, in a sentence with other numbers."""
    number = group(draw(card_numbers()), draw(st.sampled_from(["", *SEPARATORS])))
    before = draw(
        st.sampled_from(["", "card: ", "visa", "Жб扩 ", "Flat 12, ", "Flat 12 ", "1-", "2 x ", "0303 "])
    )
    after = draw(st.sampled_from(["", ".", ", thanks", "exp", " 12/30", " 1230 123", " - 7", "扩"]))
    return before + number + after


@given(hidden_card_numbers())
def test_a_card_number_is_found_wherever_it_stands(text):
    assert hides_card_number(text)


@pytest.mark.slow
@pytest.mark.parametrize("number", [*TEST_CARDS, *BRANDED])
@pytest.mark.parametrize("separator", ["", *SEPARATORS])
def test_a_test_card_is_found_in_every_usual_spelling(number, separator):
    assert hides_card_number(f"Her card is {group(number, separator)}.")


@pytest.mark.slow
@pytest.mark.parametrize("number", [*TEST_CARDS, *BRANDED])
@pytest.mark.parametrize("separator", UNUSUAL_SEPARATORS.values(), ids=UNUSUAL_SEPARATORS)
def test_a_test_card_is_found_with_unusual_blanks_and_dashes(number, separator):
    assert hides_card_number(f"Her card is {group(number, separator)}.")


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("separator", ["", " "])
def test_a_test_card_is_found_through_what_cannot_be_seen(unseen, separator):
    for number in TEST_CARDS:
        assert hides_card_number(unseen.join(group(number, separator)))


@pytest.mark.parametrize("zero", OTHER_DIGITS.values(), ids=OTHER_DIGITS)
def test_a_test_card_is_found_in_other_digits(zero):
    for number in TEST_CARDS:
        assert hides_card_number(number.translate({ord("0") + i: chr(zero + i) for i in range(10)}))


def test_a_refusal_names_the_field_and_not_the_number():
    with pytest.raises(InvalidField) as refusal:
        check_text("note", "4242 4242 4242 4242", 255)
    assert refusal.value.field == "note"
    assert not any(digit in str(refusal.value) for digit in "0123456789")


# The fault that was met, and its kind: long numbers that are no issuer's, or were read out of others.
def test_the_period_of_a_plan_is_no_card_number_whatever_its_dates():
    assert not hides_card_number("Pro plan 2026-10-01 - 2026-10-31")
    assert not hides_card_number("Pro plan 2026-11-01 - 2026-11-30")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4111111111119", "no issuer has 13 digits any more"),
        ("1234567890123452", "no issuer begins with 1"),
        ("490154203237518", "an IMEI: 15 digits are American Express's alone"),
        ("8944110068264510012", "a SIM"),
        ("4111 1111 11111111", "not in groups as on a card"),
        ("4111-1111 1111-1111", "not one separator"),
        ("4111,1111,1111,1111", "numbers in a row"),
        ("408-1234567-1234567", "an order"),
        ("41111111-1111-4111-8111-111111111111", "a UUID"),
        ("41111111-1111-1111-1111-111111111111", "a UUID of no version"),
        ("6f4111111111111111aa9e00", "a hexadecimal id"),
        ("id_6f4111111111111111aa9e00_2", "a hexadecimal id in another"),
        ("DE61 5123 4567 8901 2346 00", "an IBAN"),
        ("DE61512345678901234600", "an IBAN in one"),
        ("0.4111111111111111", "a fraction"),
        ("42424242424242424242", "20 digits"),
        ("4242 4242 4242", "12 digits"),
        ("4242424242424241", "the wrong check digit"),
    ],
)
def test_other_long_numbers_are_left_alone(text, why):
    assert not hides_card_number(text), why


# The same for codes and ids: their groups are never joined.
def test_the_groups_of_a_code_are_not_joined():
    assert hides_card_number("4111-1111-1111-1111")
    assert not hides_card_number("4111-1111-1111-1111", in_groups=False)
    assert check_text("code", "4111-1111-1111-1111", 60, is_code=True) == "4111-1111-1111-1111"


@pytest.mark.parametrize(
    "code", ["4111111111111111", "cust_4111111111111111", "visa4111111111111111:1", "\uff14111111111111111"]
)
def test_a_card_number_in_one_piece_is_found_in_a_code_too(code):
    assert hides_card_number(code, in_groups=False)
    with pytest.raises(InvalidField):
        check_text("code", code, 60, is_code=True)
