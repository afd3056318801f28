"""Encrypt secrets that must be read again, under keys derived from SECRET_KEY for sealing alone.

Keys for hashes by which a secret is known again are derived with a label of their own.
SECRET_KEY_FALLBACKS opens what older keys sealed; `manage.py reseal` seals it anew, so that they can go.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

KEY_BYTES = 32
HASHING_LABEL = "billing hashing "
LABEL = "billing sealing "  # Django signs with keys of its own derivation, so no signature is a key of ours.


def seal(content: bytes, *, purpose: str) -> bytes:
    """Encrypt; what is sealed for one purpose does not open for another."""
    return _derive(purpose, str(settings.SECRET_KEY)).encrypt(content)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Decrypt. Raises cryptography.fernet.InvalidToken for what was not sealed here for this purpose."""
    return MultiFernet(_list_ciphers(purpose)).decrypt(sealed)


def is_sealed_anew(sealed: bytes, *, purpose: str) -> bool:
    """Say whether the present SECRET_KEY alone opens it."""
    try:
        _derive(purpose, str(settings.SECRET_KEY)).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def derive_hashing_key(purpose: str) -> bytes:
    """Return the key of hashes for one purpose; it changes with SECRET_KEY and is in no database."""
    return _derive_key(f"{HASHING_LABEL}{purpose}", str(settings.SECRET_KEY))


def _list_ciphers(purpose: str) -> list[Fernet]:
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return [derive(purpose, secret) for secret in secrets for derive in (_derive, _derive_as_before)]


@cache
def _derive(purpose: str, secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derive_key(f"{LABEL}{purpose}", secret)))


def _derive_key(info: str, secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info.encode())
    return kdf.derive(secret.encode())


@cache
def _derive_as_before(purpose: str, secret: str) -> Fernet:
    """Return the cipher of versions before 2026-12, whose key was made as Django makes keys that sign."""
    digest = salted_hmac(purpose, b"", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
