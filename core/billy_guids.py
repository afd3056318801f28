"""Billy's ids of our records: two letters for the kind, then the public id in base 58."""

from uuid import UUID

from core.base58 import decode_base58, encode_base58

MAX_LENGTH = 24
COMPANY, CUSTOMER, PLAN, SUBSCRIPTION, TRANSACTION = KINDS = ("CP", "CU", "PL", "SU", "TX")
INVOICE = "IV"  # The charge of a period, by another name.


def write_guid(kind: str, public_id: UUID) -> str:
    """Return a public id in Billy's form, such as "CU2Kf..." for a customer."""
    return f"{kind}{encode_base58(public_id.int)}"


def read_guid(text: str, *kinds: str) -> UUID:
    """Return the public id in a guid of one of these kinds. Raises ValueError."""
    if not text.startswith(kinds) or len(text) > MAX_LENGTH:
        raise ValueError("not a guid of this kind")
    return UUID(int=decode_base58(text[2:]))
