"""The operator's brand: name, mark, colour and addresses, as pages, mails and the admin show them."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from core.colours import Colour

COLOUR = Colour(10, 92, 82)  # Of checkout/assets: --accent and the mark.


class Logo(NamedTuple):
    """An image of the operator's."""

    content: bytes
    media_type: str


class Brand(NamedTuple):
    """What the settings say; blank, or None, is what was not set.

    `digest` names the files that are made of the colour and the logo.
    """

    own_name: str = ""
    own_colour: Colour | None = None
    logo: Logo | None = None
    digest: str = ""
    support_address: str = ""
    terms_url: str = ""
    privacy_url: str = ""

    @property
    def name(self) -> str:
        """The name of the marketplace; without one, what this program is, in the active language."""
        return self.own_name or _("Marketplace billing")

    @property
    def colour(self) -> Colour:
        """The colour of buttons and links on light pages."""
        return self.own_colour or COLOUR

    @property
    def support_url(self) -> str:
        """Where a link for help leads; empty without an address."""
        return link_to_support(self.support_address)


def link_to_support(address: str) -> str:
    """Return the link for an e-mail address or a page; empty for neither."""
    is_page = not address or address.startswith("https://")
    return address if is_page else f"mailto:{address}"
