"""What a frame shows instead of a purchase: a link to a new window, until the purchase is decided there."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from charges.consent import is_expired
from charges.models import ChargeStatus
from checkout.headers import protect
from checkout.offers import AnyOffer, find_offer
from checkout.return_target import list_origins
from checkout.see_other import SeeOther

LOOK_EVERY_SECONDS = 3
MAX_LOOKS = 300  # A quarter of an hour.
COUNT = re.compile("[0-9]{1,3}")


@xframe_options_exempt
def frame_page(request: HttpRequest) -> HttpResponse:
    """Offer a new window, or send the frame back once the decision was made there.

    The page holds nothing to protect, and reads neither session nor account.
    """
    offer = find_offer(request.GET)
    framed_by = [*list_origins(offer.purchase), *settings.CONSOLE_ORIGINS] if offer else []
    target = find_target(offer)
    if target:
        return protect(SeeOther(target), framed_by=framed_by)
    page = FramedPage.of(request, offer)
    return protect(render(request, "checkout/framed.html", {"page": page}), framed_by=framed_by)


def find_target(offer: AnyOffer | None) -> str:
    """Return where a frame goes back to: nowhere before the decision, or to an address not registered now."""
    if offer is None or offer.purchase.status == ChargeStatus.PENDING or not offer.way_back:
        return ""
    return offer.way_back.url if offer.way_back.is_trusted else ""


@dataclass(frozen=True, slots=True)
class FramedPage:
    """The link to the purchase, and where to look for the decision next, if at all."""

    link: str
    next_look: str
    seconds: int = LOOK_EVERY_SECONDS

    @classmethod
    def of(cls, request: HttpRequest, offer: AnyOffer | None) -> Self:
        """Count the looks in the address, so that a forgotten frame comes to rest."""
        asked = {name: request.GET[name] for name in ("id", "type") if name in request.GET}
        is_open = offer and offer.purchase.status == ChargeStatus.PENDING and not is_expired(offer.purchase)
        looks = read_count(request.GET.get("looks", "0")) + 1
        goes_on = bool(is_open) and looks <= MAX_LOOKS
        return cls(
            link=urlencode(asked),
            next_look=urlencode(asked | {"looks": looks}) if goes_on else "",
        )


def read_count(text: str) -> int:
    """Return how often the page has looked; what cannot be read is often enough."""
    return int(text) if COUNT.fullmatch(text) else MAX_LOOKS
