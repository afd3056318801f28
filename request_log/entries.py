"""An entry of the log before it is a row: its caller may still have to be looked up."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Owner(NamedTuple):
    """Whose request it was, by primary keys; all None for a stranger."""

    organization_id: int | None = None
    application_id: int | None = None
    merchant_id: int | None = None
    service_user_id: int | None = None


class ClaimKind(StrEnum):
    """By what a caller that was not let in, or not by a dialect, says who it is."""

    TOKEN = "token"  # SHA-256 of a bearer token.
    CLIENT = "client"  # An application's client id.
    KEY = "key"  # SHA-256 of an API key.
    USER = "user"  # A service user's name.


class Claim(NamedTuple):
    """What names the caller. It is looked up when the entry is written, and not kept."""

    kind: ClaimKind
    value: str


STRANGER = Owner()


class Entry(NamedTuple):
    """A request that has been answered. `created_at` is its end (UTC).

    `object_id` is the public id of what it made or changed; None for what only reads.
    """

    caller: Owner | Claim
    method: str
    path: str
    status: int
    request_id: str
    duration_ms: int
    refusal: str
    livemode: bool | None
    created_at: datetime
    object_id: UUID | None = None
