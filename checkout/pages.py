"""Context of a purchase's page, computed so that templates only place it."""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from charges.consent import find_card, is_expired, starts_by_itself
from charges.lapsed_acceptance import has_lapsed
from charges.models import Charge, ChargeStatus
from checkout.agreed_words import to_plain_text, write_sentence
from checkout.form_token import make_form_token
from checkout.offers import AnyOffer, RecurrentOffer
from checkout.return_target import Purchase, WayBack
from core import clock
from customers.models import Account, PaymentOption
from subscriptions.models import Subscription

SITUATIONS: dict[Any, Promise] = {
    "accepted": _("accepted by the buyer"),
    "declined": _("declined by the buyer"),
    "withdrawn": _("withdrawn"),
    "lapsed": _("acceptance expired"),
    "expired": _("link expired"),
    ("processed", True): _("being collected"),
    ("processed", False): _("first payment pending"),
    "success": _("collected"),
    "failed": _("could not be collected"),
    "active": _("active"),
    "past_due": _("payment failed, trying again"),
    "frozen": _("could not be collected"),
    "cancelled": _("cancelled"),
}


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A purchase as its buyer sees it; `words` are those of its kind."""

    offer: AnyOffer
    account: Account
    situation: str
    second: Subscription | None
    card: PaymentOption | None
    way_back: WayBack | None
    words: object
    agreement: SafeString
    token: str

    @classmethod
    def of(cls, offer: AnyOffer, account: Account) -> Self:
        """Put the page together for one reader."""
        card, second = find_card(offer.purchase), offer.find_second()
        agreement = write_sentence(offer.purchase)
        return cls(
            offer=offer,
            account=account,
            situation=find_situation(offer.purchase, card, second),
            second=second,
            card=card,
            way_back=offer.way_back,
            words=offer.describe(),
            agreement=agreement,
            token=make_form_token(offer.purchase, account, words=to_plain_text(agreement), tax=offer.tax),
        )

    @property
    def purchase(self) -> Purchase:
        """The row that the page is about."""
        return self.offer.purchase

    @property
    def second_link(self) -> str:
        """Where the page of the second one is."""
        return RecurrentOffer(self.second).link if self.second else ""

    @property
    def situation_words(self) -> str:
        """What has become of it, in a few words for the title."""
        is_direct = isinstance(self.purchase, Charge)
        return str(SITUATIONS.get((self.situation, is_direct)) or SITUATIONS[self.situation])

    @property
    def has_expired_card(self) -> bool:
        """Say whether the card that is shown is past its month, as far as is known here."""
        return self.card is not None and self.card.has_expired(clock.now())

    @property
    def starts(self) -> bool:
        """Whether accepting starts it, or the seller does later."""
        return starts_by_itself(self.purchase)

    @property
    def template(self) -> str:
        """The decision while there is one to make, else what has become of it."""
        act = "decide" if self.situation in ("open", "no_card", "taken") else "outcome"
        return f"checkout/{act}_{self.offer.family}.html"

    @property
    def return_origin(self) -> str:
        """The origin that a decision leads to by itself, or nothing."""
        return self.way_back.origin if self.way_back and self.way_back.is_trusted else ""


def find_situation(purchase: Purchase, card: PaymentOption | None, second: Subscription | None) -> str:
    """Say in one word where a purchase stands: its status, or more exactly than that.

    While pending it is open, no_card, expired, or taken: the buyer has the one that it may have. Once it was
    accepted it may have lapsed, or been withdrawn.
    """
    if purchase.status != ChargeStatus.PENDING:
        return _find_end(purchase) or purchase.status
    if is_expired(purchase):
        return "expired"
    if second and second.order_application and not second.order_application.allows_second:
        return "taken"
    return "open" if card or purchase.test else "no_card"


def _find_end(purchase: Purchase) -> str:
    """Say how an acceptance ended before it was activated, if it did."""
    if has_lapsed(purchase):
        return "lapsed"
    is_withdrawn = purchase.status == ChargeStatus.DECLINED and purchase.holds_until is not None
    return "withdrawn" if is_withdrawn else ""
