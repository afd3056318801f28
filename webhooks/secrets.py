"""Secrets that deliveries are signed with: made here, shown once, kept encrypted."""

import base64
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.crypto import salted_hmac
from standardwebhooks import Webhook

from core.sealing import seal, unseal

PURPOSE = "webhook secret"
PREFIX = "whsec_"
SECRET_BYTES = 32


def make_secret() -> str:
    """Return a new secret in the form of the Standard Webhooks specification."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal_secret(secret: str) -> bytes:
    """Encrypt a secret for the database."""
    return seal(secret.encode(), purpose=PURPOSE)


def open_secret(sealed: bytes) -> str:
    """Decrypt a secret. Raises cryptography.fernet.InvalidToken."""
    return unseal(bytes(sealed), purpose=PURPOSE).decode()


def name_secret(sealed: bytes | memoryview) -> str:
    """Return a name of a sealed secret that tells nothing about it; it need not be readable any more."""
    return salted_hmac(PURPOSE, bytes(sealed), algorithm="sha256").hexdigest()[:32]


def sign(body: str, *, secrets: Iterable[str], message_id: str, at: datetime) -> str:
    """Return a signature by each secret, with blanks between."""
    # The library takes the numbers of a time and leaves its zone out.
    instant = at.astimezone(UTC)
    return " ".join(Webhook(secret).sign(message_id, instant, body) for secret in secrets)
