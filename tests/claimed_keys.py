"""Idempotency keys under which a request is being worked on."""

from collections.abc import Mapping
from uuid import uuid4

from access.idempotency import LOCK, fingerprint_request
from core import clock
from customers.models import IdempotencyKey


def claim_key(*, principal: str, path: str, key: str, said: Mapping[str, str]) -> None:
    """Leave a POST of this form as another process has it that works on it."""
    IdempotencyKey.objects.create(
        principal=principal,
        route=f"POST {path}",
        key=key,
        fingerprint=fingerprint_request(method="POST", path=path, said=said),
        owner=uuid4(),
        locked_until=clock.now() + LOCK,
    )
