"""Staff changes of a merchant. Each is logged with actor and reason."""

from typing import Any

import structlog
from django.db import transaction

from core import clock
from core.errors import BillingError
from customers.credentials import seal_processor_key
from customers.models import ApiKey, Merchant

log = structlog.get_logger(__name__)


class KeyRevoked(BillingError):
    """This API key was revoked before."""


def permit_payouts(
    merchant_id: int, *, actor: str, reason: str, may_pay_out: bool, daily_payout_limit_minor: int
) -> Merchant:
    """Say whether a merchant may pay out, and how many cents a day (UTC)."""
    changes = {"may_pay_out": may_pay_out, "daily_payout_limit_minor": daily_payout_limit_minor}
    return _change(merchant_id, changes, actor=actor, reason=reason)


def close_api(merchant_id: int, *, actor: str, reason: str) -> Merchant:
    """Let no key of a merchant open the API; its subscriptions go on."""
    return _change(merchant_id, {"is_active": False}, actor=actor, reason=reason)


def open_api(merchant_id: int, *, actor: str, reason: str) -> Merchant:
    """Let the keys of a merchant open the API again."""
    return _change(merchant_id, {"is_active": True}, actor=actor, reason=reason)


def replace_processor_key(merchant_id: int, *, actor: str, reason: str, processor_key: str) -> Merchant:
    """Call the processor with another credential of the merchant from now on."""
    changes = {"sealed_processor_key": seal_processor_key(processor_key)}
    return _change(merchant_id, changes, actor=actor, reason=reason)


@transaction.atomic
def revoke_api_key(merchant_id: int, *, actor: str, reason: str, api_key_id: int) -> ApiKey:
    """Let a key of a merchant open nothing any more. Raises KeyRevoked when that was done before."""
    key = ApiKey.objects.select_for_update().get(pk=api_key_id, merchant_id=merchant_id)
    if key.revoked_at is not None:
        raise KeyRevoked
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    log.info("API key revoked", merchant=merchant_id, api_key=api_key_id, actor=actor, reason=reason)
    return key


@transaction.atomic
def _change(merchant_id: int, changes: dict[str, Any], *, actor: str, reason: str) -> Merchant:
    """Write some fields; the lock is the one that a payout takes to look at its limit."""
    merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
    for name, value in changes.items():
        setattr(merchant, name, value)
    merchant.save(update_fields=[*changes])
    log.info("merchant changed", merchant=merchant_id, fields=[*changes], actor=actor, reason=reason)
    return merchant
