"""A charge that waits for the demo's buyer, so that a newcomer has something to click."""

from django.conf import settings

from access.oauth.bearer_tokens import Caller, find_caller
from charges.models import Charge, ChargeStatus
from charges.requests.direct import create_charge

PRODUCT, NAME = "livechat", "Extension"
PRICE_MINOR, QUANTITY = 100, 2


def offer_first_charge(access_token: str) -> dict[str, str]:
    """Return the id and the page of a charge that waits for the buyer of this token.

    If none waits one is made by the service that the API calls, as the seller's app would.
    """
    caller = find_caller(access_token)
    charge = _find_waiting(caller) or create_charge(
        caller=caller,
        product=PRODUCT,
        name=NAME,
        price_minor=PRICE_MINOR,
        quantity=QUANTITY,
        # A real app has a page of its own to return to; here the buyer's account is a page that exists.
        return_url=f"{settings.BASE_URL}/account/",
    )
    return {"id": str(charge.public_id), "page": f"{settings.BASE_URL}/?id={charge.public_id}"}


def _find_waiting(caller: Caller) -> Charge | None:
    return Charge.objects.filter(
        buyer_id=caller.organization_id,
        order_application_id=caller.app.id,
        product=PRODUCT,
        status=ChargeStatus.PENDING,
        name=NAME,
    ).last()
