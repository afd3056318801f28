"""Card numbers hidden in free text, and the check digits that give them away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.card_numbers import hides_card_number
from core.checksums import is_card_number, is_routing_number
from core.errors import InvalidField
from core.texts import check_text

pytestmark = pytest.mark.rules

WORDS = st.text(alphabet="abc .,:;/Ж扩", max_size=12)


@st.composite
def card_numbers(draw) -> str:
    """13 to 19 digits; of the ten possible last ones, exactly one is right."""
    body = draw(st.text(alphabet="0123456789", min_size=12, max_size=18))
    (number,) = [body + last for last in "0123456789" if is_card_number(body + last)]
    return number


@st.composite
def hidden_card_numbers(draw) -> str:
    """A card number with blanks or dashes anywhere in it, in a sentence with other numbers."""
    number = draw(card_numbers())
    gaps = draw(st.lists(st.sampled_from(["", "", " ", "-", " - "]), min_size=len(number) - 1, max_size=18))
    spread = number[0] + "".join(gap + digit for gap, digit in zip(gaps, number[1:], strict=False))
    before = draw(st.one_of(WORDS, st.sampled_from(["Flat 12, ", "Flat 12 ", "1-", "2 x "])))
    after = draw(st.one_of(WORDS, st.sampled_from([" 12/30", " 123", " - 7"])))
    return before + spread + after


@given(hidden_card_numbers())
def test_a_card_number_is_found_wherever_it_stands(text):
    assert hides_card_number(text)
    with pytest.raises(InvalidField) as refusal:
        check_text("note", text, 255)
    assert refusal.value.field == "note"
    assert not any(digit in str(refusal.value) for digit in "0123456789")


@given(card_numbers(), st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number, place, change):
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not is_card_number(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+1 (212) 985-6472",
        "Order 1234567890123",
        "Invoice 2026-11-21, 19.99",
        "2125550142 2125550143",
        "4242 4242 4242",
        "4242.4242.4242.4242",
        "42424242424242424242",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not hides_card_number(text)


@pytest.mark.parametrize("number", ["021000021", "011401533", "091000019"])
def test_routing_numbers_have_their_own_checksum(number):
    assert is_routing_number(number)
    assert not is_routing_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("text", ["", "000000000", "02100002", "0210000210", "02100002x", "٠٢١٠٠٠٠٢١"])
def test_what_is_no_routing_number_is_told_apart(text):
    assert not is_routing_number(text)


@pytest.mark.parametrize("text", ["x" * 11, "a\x00b", "a\nb", "\ud800"])
def test_texts_that_are_too_long_or_cannot_be_shown_are_refused(text):
    with pytest.raises(InvalidField):
        check_text("note", text, 10)


def test_a_text_is_kept_in_its_normal_form_without_outer_blanks():
    assert check_text("note", "  Rozs\u030ci\u0301r\u030cení ", 12) == "Rozšíření"
