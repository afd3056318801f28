"""Registration of merchants with their first API key."""

from django.conf import settings
from django.db import transaction

from access.api_keys import issue_api_key
from access.registration_codes import lock_invitation
from core.ids import new_public_id
from customers.credentials import seal_processor_key
from customers.errors import RegistrationClosed
from customers.models import Merchant, Organization


@transaction.atomic
def register_merchant(
    *, processor_key: str, invitation: str | None = None, from_this_machine: bool = False
) -> tuple[Merchant, str]:
    """Open a merchant account and return it with its API key in the clear.

    `processor_key` is its own credential at the processor. Where the setting COMPANY_CREATION says so, an
    `invitation` is needed and used up, or the request must come `from_this_machine`. Raises
    RegistrationClosed, InvitationRefused.
    """
    allowed = settings.COMPANY_CREATION
    if allowed == "closed" or (allowed == "local" and not from_this_machine):
        raise RegistrationClosed
    invited = lock_invitation(invitation) if allowed == "invitation" else None
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
