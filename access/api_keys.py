"""API keys of merchants: issue them, find the merchant of one, show the newest."""

import hashlib
import secrets

from cryptography.fernet import InvalidToken
from django.conf import settings

from core.base58 import encode_base58
from core.sealing import seal, unseal
from customers.errors import UnknownApiKey
from customers.models import ApiKey, Merchant

PURPOSE = "customers.api_key"  # Part of the key that seals; it never changes.
KEY_BYTES = 32
HINT = 6


def issue_api_key(merchant: Merchant) -> str:
    """Make another key for a merchant and return it in the clear."""
    key = encode_base58(int.from_bytes(secrets.token_bytes(KEY_BYTES)))
    build_api_key(merchant, key).save()
    return key


def build_api_key(merchant: Merchant, key: str) -> ApiKey:
    """Return what is kept of a key, not saved; of a short one, which others may have made, less is shown."""
    return ApiKey(
        merchant=merchant,
        digest=digest_key(key),
        hint=key[: min(HINT, len(key) // 4)],
        sealed_key=seal(key.encode(), purpose=PURPOSE) if settings.BILLY_SHOW_API_KEYS else None,
    )


def digest_key(key: str) -> str:
    """Return what a key is found by."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_merchant_by_api_key(api_key: str) -> Merchant:
    """Return the active merchant that this key opens the API for. Raises UnknownApiKey."""
    keys = ApiKey.objects.select_related("merchant__organization")
    try:
        return keys.get(digest=digest_key(api_key), revoked_at=None, merchant__is_active=True).merchant
    except ApiKey.DoesNotExist:
        raise UnknownApiKey from None


def show_api_key(merchant: Merchant) -> str:
    """Return the newest key of a merchant; only how it begins where keys are not kept readable."""
    newest = merchant.api_keys.filter(revoked_at=None).order_by("-pk").first()
    if newest is None:
        return ""
    return _open_key(newest) or str(newest)


def _open_key(key: ApiKey) -> str:
    if not settings.BILLY_SHOW_API_KEYS or key.sealed_key is None:
        return ""
    try:
        return unseal(bytes(key.sealed_key), purpose=PURPOSE).decode()
    except InvalidToken:  # Sealed under a SECRET_KEY that has been dropped since.
        return ""
