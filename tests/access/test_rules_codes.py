"""Codes of authenticator apps: those of RFC 6238, the clocks that are off, and no step twice."""

import pytest

from access.second_factors.codes import (
    SECONDS,
    find_step,
    make_secret,
    write_address,
    write_code,
    write_secret,
)

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at, code):
    assert write_code(SECRET, at // SECONDS) == code.encode()
    assert find_step(SECRET, code, at=at, after=0) == at // SECONDS


@pytest.mark.parametrize(("off", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(off, is_good):
    code = write_code(SECRET, 1_000 + off).decode()
    assert (find_step(SECRET, code, at=1_000 * SECONDS, after=0) is not None) is is_good


@pytest.mark.parametrize("step", [999, 1_000, 1_001])
def test_no_code_is_good_that_is_not_later_than_the_last_used_one(step):
    code = write_code(SECRET, step).decode()
    assert find_step(SECRET, code, at=1_000 * SECONDS, after=step) is None
    assert find_step(SECRET, code, at=1_000 * SECONDS, after=step - 1) == step


@pytest.mark.parametrize("code", ["", "28708", "2870822", "abcdef", "٢٨٧٠٨٢", "\0" * 6])
def test_nonsense_is_no_code(code):
    assert find_step(SECRET, code, at=59, after=0) is None


def test_the_address_is_read_by_apps():
    secret = make_secret()
    letters = write_secret(secret).replace(" ", "")
    address = write_address(secret, name="anna@m.example", issuer="Kites & Co")
    assert address.startswith("otpauth://totp/Kites%20%26%20Co:anna%40m.example?")
    assert {f"secret={letters}", "issuer=Kites%20%26%20Co", "digits=6", "period=30"} <= {
        *address.partition("?")[2].split("&")
    }
