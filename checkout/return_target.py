"""The address that a buyer returns to after the decision."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from charges.models import Charge
from charges.requests.limits import add_to_query, check_return_url
from checkout.headers import keep_plain_origins
from core.errors import InvalidField
from core.urls import read_origin
from subscriptions.models import Subscription

Purchase = Charge | Subscription


@dataclass(frozen=True, slots=True)
class WayBack:
    """The address that a purchase asks its buyer to be sent back to.

    Without an origin it is not even fit for a link. A browser is sent there by itself only when `is_trusted`.
    """

    url: str
    origin: str
    is_trusted: bool

    @property
    def host(self) -> str:
        """The part of the origin that people know."""
        return self.origin.partition("://")[2]


def find_way_back(purchase: Purchase, **answer: str) -> WayBack | None:
    """Return where this buyer goes back to with this answer, or None when the page is just to be closed.

    The origins are those registered now: one that was taken away since the purchase was made is not trusted.
    """
    if not purchase.return_url:
        return None
    url = add_to_query(purchase.return_url, **answer)
    origin = read_origin(urlsplit(url))
    if not _passes(purchase.return_url, [origin]):
        return WayBack(url, "", is_trusted=False)
    # A policy has no words for an IPv6 origin, so Chromium would not follow our redirect there.
    is_trusted = _passes(purchase.return_url, list_origins(purchase)) and bool(keep_plain_origins([origin]))
    return WayBack(url, origin, is_trusted)


def list_origins(purchase: Purchase) -> list[str]:
    """Return the origins registered for the applications that a purchase belongs to."""
    apps = (purchase.order_application, purchase.seller_application)
    return [origin for app in apps if app is not None for origin in app.return_origins]


def _passes(url: str, origins: list[str]) -> bool:
    try:
        check_return_url(url, origins=origins)
    except InvalidField:
        return False
    return True
