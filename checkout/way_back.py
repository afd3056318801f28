"""Where a buyer goes after the decision."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from charges.models import Charge
from charges.terms import add_to_query, check_return_url, read_origin
from checkout.headers import keep_plain_origins
from core.errors import InvalidField


@dataclass(frozen=True, slots=True)
class WayBack:
    """The address that a charge asks its buyer to be sent back to.

    Without an origin it is not even fit for a link. A browser is sent there by itself only when `is_trusted`.
    """

    url: str
    origin: str
    is_trusted: bool

    @property
    def host(self) -> str:
        """The part of the origin that people know."""
        return self.origin.partition("://")[2]


def find_way_back(charge: Charge) -> WayBack | None:
    """Return where this charge's buyer goes back to, or None when the page is just to be closed.

    The origins are those registered now: one that was taken away since the charge was made is not trusted.
    """
    if not charge.return_url:
        return None
    url = add_to_query(charge.return_url, id=str(charge.public_id), type="direct_charge")
    origin = read_origin(urlsplit(url))
    if not _passes(charge.return_url, [origin]):
        return WayBack(url, "", is_trusted=False)
    # A policy has no words for an IPv6 origin, so Chromium would not follow our redirect there.
    is_trusted = _passes(charge.return_url, list_origins(charge)) and bool(keep_plain_origins([origin]))
    return WayBack(url, origin, is_trusted)


def list_origins(charge: Charge) -> list[str]:
    """Return the origins registered for the applications that a charge belongs to."""
    return [*charge.order_application.return_origins, *charge.seller_application.return_origins]


def _passes(url: str, origins: list[str]) -> bool:
    try:
        check_return_url(url, origins=origins)
    except InvalidField:
        return False
    return True
