"""Billy's names of our records: two letters for the kind, then the public id in base 58."""

from uuid import UUID

from core.base58 import decode_base58, encode_base58


def make_guid(prefix: str, public_id: UUID) -> str:
    """Return the guid of a record of this kind."""
    return prefix + encode_base58(public_id.int)


def parse_guid(prefix: str, guid: str) -> UUID | None:
    """Return the public id in the guid of a record of this kind, None for anything else."""
    if not guid.startswith(prefix) or len(guid) > 64:
        return None
    try:
        return UUID(int=decode_base58(guid.removeprefix(prefix)))
    except ValueError:
        return None
