"""Public ids: what the outside sees instead of our primary keys."""

import secrets
import uuid

from core import clock


def new_public_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562).

    Millisecond time comes first, so that indexes stay compact, then 74 random bits.
    """
    millis = int(clock.now().timestamp() * 1000)
    bits = secrets.randbits(74)
    return uuid.UUID(int=millis << 80 | 0x7 << 76 | bits >> 62 << 64 | 0b10 << 62 | bits & (1 << 62) - 1)


def new_client_id() -> str:
    """Return 32 random hex digits, the shape of a Text client id."""
    return secrets.token_hex(16)
