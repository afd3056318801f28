"""Secrets that must be read again, encrypted at rest under a key derived from SECRET_KEY.

SECRET_KEY_FALLBACKS opens what older keys sealed, so that a key can be replaced.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(content: bytes, *, purpose: str) -> bytes:
    """Encrypt; what is sealed for one purpose does not open for another."""
    return _cipher(purpose).encrypt(content)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Decrypt. Raises cryptography.fernet.InvalidToken for what was not sealed here for this purpose."""
    return _cipher(purpose).decrypt(sealed)


def _cipher(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([_fernet(purpose, str(secret)) for secret in secrets])


def _fernet(purpose: str, secret: str) -> Fernet:
    digest = salted_hmac(purpose, b"", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
