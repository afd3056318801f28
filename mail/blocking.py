"""What follows from mails that came back or were called spam. No mail is ever sent about it."""

import structlog
from django.db import transaction

from core import clock
from core.card_numbers import mask_card_numbers
from core.errors import BillingError
from mail.models import BlockedAddress, BlockReason
from mail.models.addresses import MAX_ADDRESS

SHOWN = 200

log = structlog.get_logger(__name__)


class AddressNotBlocked(BillingError):
    """Mails are sent to this address already."""


def block_address(address: str, *, reason: BlockReason, detail: str = "") -> None:
    """Send nothing more to an address; again changes nothing, and one that no mail can go to is ignored."""
    address = address.strip().lower()
    if not address or len(address) > MAX_ADDRESS or "\0" in address:
        return
    if is_blocked(address):
        return
    said = {"reason": reason, "detail": mask_card_numbers(detail.replace("\0", ""))[:SHOWN]}
    blocked = {**said, "blocked_at": clock.now(), "lifted_at": None}
    BlockedAddress.objects.update_or_create(address=address, defaults=blocked)
    log.warning("address is blocked", reason=reason)


def is_blocked(address: str) -> bool:
    """Say whether nothing is sent to an address in small letters."""
    return BlockedAddress.objects.filter(address=address, lifted_at=None).exists()


@transaction.atomic
def unblock_address(blocked_id: int) -> None:
    """Send mails to an address again. Raises AddressNotBlocked."""
    if not BlockedAddress.objects.filter(pk=blocked_id, lifted_at=None).update(lifted_at=clock.now()):
        raise AddressNotBlocked
