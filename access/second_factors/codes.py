"""Codes of an authenticator app (RFC 6238): secrets, and the number of the 30 seconds that a code is of."""

import secrets
from base64 import b32encode
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
STEPS_AROUND = 1  # A clock may be half a minute off.


def make_secret() -> bytes:
    """Return a new secret."""
    return secrets.token_bytes(SECRET_BYTES)


def write_secret(secret: bytes) -> str:
    """Return a secret as people type it into an app, in groups of four letters."""
    letters = b32encode(secret).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def write_address(secret: bytes, *, name: str, issuer: str) -> str:
    """Return the otpauth: address that a QR code of the secret holds."""
    # Some apps take a plus for a plus.
    return _read(secret).get_provisioning_uri(name, issuer).replace("+", "%20")


def find_step(secret: bytes, code: str, *, at: float, after: int) -> int | None:
    """Return the step that a code is of, around an instant (seconds of 1970) and later than `after`.

    None for a wrong code, and for one that was used already or is older than such a one.
    """
    now = int(at) // SECONDS
    steps = range(max(now - STEPS_AROUND, after + 1), now + STEPS_AROUND + 1)
    found = [step for step in steps if compare_digest(write_code(secret, step), code.encode())]
    return found[0] if found else None


def write_code(secret: bytes, step: int) -> bytes:
    """Return the code of a step."""
    return _read(secret).generate(step * SECONDS)


def _read(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # Apps know no other hash.
