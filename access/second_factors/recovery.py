"""Recovery codes: ten at a time, shown once, each good once."""

import secrets
from base64 import b32encode
from hashlib import sha256

from django.contrib.auth.models import User

from access.models import RecoveryCode
from core import clock

HOW_MANY = 10
CODE_BYTES = 10  # 80 bits: sixteen letters, so no guess is worth a try.


def make_codes(user: User) -> list[str]:
    """Replace the codes of a person in the caller's transaction, and return the new ones."""
    codes = [_write() for _ in range(HOW_MANY)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_hash(code)) for code in codes)
    return codes


def use_code(user: User, typed: str) -> bool:
    """Use a code up in the caller's transaction; say whether it was one of this person and unused."""
    unused = RecoveryCode.objects.filter(user=user, digest=_hash(typed), used_at=None)
    return bool(unused.update(used_at=clock.now()))


def count_codes(user: User) -> int:
    """Return how many are left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _write() -> str:
    letters = b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()
