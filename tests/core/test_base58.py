"""Numbers in base 58 come back as they were, and each has one spelling only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base58 import ALPHABET, decode_base58, encode_base58

pytestmark = pytest.mark.rules


@given(st.integers(min_value=0, max_value=2**256))
def test_a_number_comes_back_as_it_was(number):
    assert decode_base58(encode_base58(number)) == number


def test_digits_are_those_of_bitcoin_and_billy():
    assert [encode_base58(number) for number in (0, 1, 57, 58)] == ["1", "2", "z", "21"]
    assert encode_base58(int.from_bytes(b"hello world")) == "StV1DL6CwTryKyV"
    assert len(ALPHABET) == 58
    assert not set("0OIl") & set(ALPHABET)


@pytest.mark.parametrize("text", ["", "0", "O", "12", "a b", "é", "-2", "2\n", "²"])
def test_other_spellings_are_refused(text):
    with pytest.raises(ValueError, match=r"base 58|usual way"):
        decode_base58(text)
