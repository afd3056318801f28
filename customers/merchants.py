"""Merchants register, and are found again by the keys that open the API for them."""

import hashlib
import secrets

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction

from core.base58 import encode_base58
from core.ids import new_public_id
from core.sealing import seal, unseal
from customers.credentials import seal_processor_key
from customers.errors import RegistrationClosed, UnknownApiKey
from customers.invitations import lock_invitation
from customers.models import ApiKey, Merchant, Organization

PURPOSE = "customers.api_key"
KEY_BYTES = 32
HINT = 6


@transaction.atomic
def register_merchant(*, processor_key: str, invitation: str | None = None) -> tuple[Merchant, str]:
    """Open a merchant account and return it with its API key in the clear.

    `processor_key` is its own credential at the processor. Where the setting COMPANY_CREATION says so, an
    `invitation` is needed and used up. Raises RegistrationClosed, InvitationRefused.
    """
    if settings.COMPANY_CREATION == "closed":
        raise RegistrationClosed
    invited = lock_invitation(invitation) if settings.COMPANY_CREATION == "invitation" else None
    public_id = new_public_id()
    merchant = Merchant.objects.create(
        public_id=public_id,
        organization=Organization.objects.create(name=f"Company {public_id}"),
        sealed_processor_key=seal_processor_key(processor_key),
        may_pay_out=settings.GRANT_PAYOUTS,
        daily_payout_limit_minor=settings.DAILY_PAYOUT_LIMIT,
    )
    if invited is not None:
        invited.used_by = merchant
        invited.save(update_fields=["used_by"])
    return merchant, issue_api_key(merchant)


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


def find_merchant(api_key: str) -> Merchant:
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
