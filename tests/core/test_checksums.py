"""Check digits notice slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checksums import is_card_number, is_iban, is_routing_number


@given(st.from_regex("[0-9]{12,18}", fullmatch=True), st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_of_a_card_number_is_noticed(body, place, change):
    (number,) = [body + last for last in "0123456789" if is_card_number(body + last)]
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert not is_card_number(wrong)


@pytest.mark.parametrize("number", ["021000021", "011401533", "091000019"])
def test_routing_numbers_have_their_own_checksum(number):
    assert is_routing_number(number)
    assert not is_routing_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("text", ["", "000000000", "02100002", "0210000210", "02100002x", "٠٢١٠٠٠٠٢١"])
def test_what_is_no_routing_number_is_told_apart(text):
    assert not is_routing_number(text)


@pytest.mark.parametrize("number", ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"])
def test_ibans_have_two_check_digits(number):
    assert is_iban(number)
    assert not is_iban(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "text", ["", "DE89", "de89370400440532013000", "DE89 3704 0044 0532 0130 00", "D" * 22]
)
def test_what_is_no_iban_is_told_apart(text):
    assert not is_iban(text)
