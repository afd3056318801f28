"""The credential that a merchant has at the processor: kept encrypted, opened only to call the gateway."""

from functools import lru_cache

from core.sealing import seal, unseal

PURPOSE = "customers.processor_key"


def seal_processor_key(key: str) -> bytes:
    """Return what is stored of a merchant's processor key."""
    return seal(key.encode(), purpose=PURPOSE)


@lru_cache(maxsize=10_000)
def open_processor_key(sealed: bytes) -> str:
    """Return the processor key in the clear."""
    return unseal(sealed, purpose=PURPOSE).decode()
