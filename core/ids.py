"""Public ids: what the outside sees instead of our primary keys."""

import secrets
import uuid
from datetime import datetime

from core import clock


def new_public_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562).

    Millisecond time comes first, so that indexes stay compact, then 74 random bits.
    """
    [public_id] = new_public_ids(1)
    return public_id


def new_public_ids(count: int) -> list[uuid.UUID]:
    """Return so many, all of this millisecond, in the order of an index, which is where they go."""
    return [uuid.UUID(int=number) for number in _draw_numbers(count)]


def write_new_public_ids(count: int) -> list[str]:
    """Return so many as hex digits, for rows that only the database sees."""
    return [f"{number:032x}" for number in _draw_numbers(count)]


def _draw_numbers(count: int) -> list[int]:
    stem = int(clock.now().timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62
    noise = secrets.token_bytes(10 * count)
    chunks = sorted(noise[start : start + 10] for start in range(0, len(noise), 10))
    return [stem | bits >> 68 << 64 | bits & (1 << 62) - 1 for bits in map(int.from_bytes, chunks)]


def find_first_id(instant: datetime) -> uuid.UUID:
    """Return the smallest id that `new_public_id` gives at an instant (UTC): ids are in the order of time.

    There are none of before 1970, which begins earlier in half of all time zones.
    """
    return uuid.UUID(int=max(0, int(instant.timestamp() * 1000)) << 80)


def new_client_id() -> str:
    """Return 32 random hex digits, the shape of a Text client id."""
    return secrets.token_hex(16)
