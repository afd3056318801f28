"""Guids: two letters and a number in base 58."""

import uuid

import pytest

from core.base58 import decode_base58, encode_base58
from core.billy_guids import read_guid, write_guid

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("content", "written"), [(b"", "1"), (b"\0", "1"), (b"hello world", "StV1DL6CwTryKyV")]
)
def test_numbers_are_written_in_base_58(content, written):
    assert encode_base58(int.from_bytes(content)) == written
    assert decode_base58(written) == int.from_bytes(content)


@pytest.mark.parametrize("text", ["", "0", "O", "I", "l", "11", "1z", "a b", "ä", "+1", "-1", "1_1"])
def test_what_nobody_would_have_written_is_not_read(text):
    with pytest.raises(ValueError, match=r"base|usual"):
        decode_base58(text)


@pytest.mark.parametrize("number", [0, 1, 57, 58, 2**64, 2**128 - 1, 0xF0E1D2C3_0000_11E3_8000_0123456789AB])
def test_a_guid_leads_back_to_its_id(number):
    public_id = uuid.UUID(int=number)
    assert read_guid(write_guid("CU", public_id), "CU") == public_id


def test_a_guid_has_the_length_of_billys():
    assert len(write_guid("CU", uuid.uuid1())) in (23, 24)


@pytest.mark.parametrize("guid", ["", "CU", "PL2", "cu2", "2", "CU" + encode_base58(2**128), "CU0", "CU12"])
def test_text_that_is_no_guid_of_this_kind_is_refused(guid):
    with pytest.raises(ValueError, match=r"guid|base|usual|UUID|int"):
        read_guid(guid, "CU")
