"""The key that signs the roots of days: made when it is first needed, sealed at rest, replaced at will."""

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction

from core import clock
from core.sealing import seal, unseal
from ledger.models import SigningKey

PURPOSE = "signing key of the ledger's days"


def find_signing_key() -> SigningKey:
    """Return the key that signs now, and make it if there is none yet."""
    return SigningKey.objects.filter(retired_at=None).first() or _make_key()


@transaction.atomic
def replace_signing_key() -> SigningKey:
    """Sign with a new key from now on; what the former one has signed stays as it is."""
    SigningKey.objects.select_for_update().filter(retired_at=None).update(retired_at=clock.now())
    return _make_key()


def sign(key: SigningKey, text: bytes) -> str:
    """Return the signature in hexadecimal. Raises InvalidToken when no SECRET_KEY that is known seals it."""
    return _open_key(key).sign(text).hex()


def is_signed(text: bytes, *, signature: str, public_key: str) -> bool:
    """Say whether a signature is of this text by this key; both are hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_our_own(key: SigningKey) -> bool:
    """Say whether a key was made here: without SECRET_KEY nobody seals the private half of another one."""
    try:
        return _read_public_half(_open_key(key)) == key.public_key
    except (InvalidToken, ValueError):
        return False


def _make_key() -> SigningKey:
    private = Ed25519PrivateKey.generate()
    return SigningKey.objects.create(
        public_key=_read_public_half(private),
        sealed_private_key=seal(private.private_bytes_raw(), purpose=PURPOSE),
    )


def _open_key(key: SigningKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(unseal(bytes(key.sealed_private_key), purpose=PURPOSE))


def _read_public_half(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()
