"""The parts of a mail that its template places."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from charges.models import Charge
from customers.models import Organization, PaymentOption
from subscriptions.models import Subscription

ACCOUNT, CARDS = "/account/", "/account/cards/"
Purchase = Charge | Subscription


class Fact(NamedTuple):
    """A line of the table: what it is, and its value."""

    label: str
    value: str


class Content(NamedTuple):
    """What a mail says: words for its template, a table, where its button leads, and why one gets it."""

    words: Mapping[str, Any]
    facts: Sequence[Fact]
    why: str
    path: str = ""
    more: Sequence[str] = ()


class WriteAgreement(Protocol):
    """Write again what a buyer agreed to, in the words of the page."""

    def __call__(self, purchase: Purchase) -> Sequence[str]:
        """Return the sentences, without markup, in the active language."""


def write_agreement(purchase: Purchase) -> Sequence[str]:
    """Return what the buyer agreed to and how to cancel, in the words of the page of the settings."""
    write: WriteAgreement = import_string(settings.CONSENT_WORDS)
    return write(purchase)


def list_parties(purchase: Purchase) -> list[Fact]:
    """Return what was bought from whom, and who pays."""
    app, buyer = purchase.order_application, purchase.buyer
    facts = [Fact(_("What"), purchase.name)]
    if app is not None and buyer is not None:
        facts += [
            Fact(_("App"), app.name),
            Fact(_("Sold by"), app.organization.name),
            Fact(_("Paid by"), buyer.name),
        ]
    return facts


def list_card(option: PaymentOption | None) -> list[Fact]:
    """Return which card pays; nothing where none does, as in some tests."""
    return [] if option is None else [Fact(_("Paid with"), write_card(option))]


def write_card(option: PaymentOption) -> str:
    """Return a card or bank account as all languages write it, such as "Visa •••• 4242"."""
    dots = "\N{BULLET}" * 4
    return f"{option.brand.capitalize()} {dots} {option.last4}".strip()


def find_page(purchase: Purchase) -> str:
    """Return where the buyer sees a purchase; a payment of a subscription is seen with that."""
    recurrent = purchase.subscription if isinstance(purchase, Charge) else purchase
    return (
        f"/?id={purchase.public_id}"
        if recurrent is None
        else f"/?id={recurrent.public_id}&type=recurrent_charge"
    )


def explain_to_buyer(buyer: Organization | None) -> str:
    """Say why somebody gets mails about what is bought."""
    name = buyer.name if buyer else ""
    return _("You receive this e-mail because you manage the payments of %(organisation)s.") % {
        "organisation": name
    }


def explain_to_seller(seller: Organization) -> str:
    """Say why somebody gets mails about what is sold."""
    return _("You receive this e-mail because you manage the sales of %(organisation)s.") % {
        "organisation": seller.name
    }
