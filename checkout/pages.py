"""What the page of a charge shows, worked out so that templates only place it."""

from dataclasses import dataclass
from typing import Self

from charges.consent import find_card, is_expired
from charges.models import Charge, ChargeStatus
from checkout.amounts import format_money
from checkout.tokens import make_form_token
from checkout.way_back import WayBack, find_way_back
from core.money import Money
from customers.models import Account, PaymentOption


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A charge as its buyer sees it; amounts are written out in the reader's number format."""

    charge: Charge
    account: Account
    situation: str
    price: str
    total: str
    card: PaymentOption | None
    way_back: WayBack | None
    token: str

    @classmethod
    def of(cls, charge: Charge, account: Account, *, language: str) -> Self:
        """Put the page together for one reader."""
        card = find_card(charge)
        return cls(
            charge=charge,
            account=account,
            situation=find_situation(charge, card),
            price=format_money(Money(charge.price_minor, charge.currency), language=language),
            total=format_money(charge.total, language=language),
            card=card,
            way_back=find_way_back(charge),
            token=make_form_token(charge, account),
        )

    @property
    def template(self) -> str:
        """The decision while there is one to make, else what has become of it."""
        return f"checkout/{'decide' if self.situation in ('open', 'no_card') else 'outcome'}.html"

    @property
    def return_origin(self) -> str:
        """The origin that a decision leads to by itself, or nothing."""
        return self.way_back.origin if self.way_back and self.way_back.is_trusted else ""


def find_situation(charge: Charge, card: PaymentOption | None) -> str:
    """Say in one word where a charge stands: its status or, while pending, open, no_card or expired."""
    if charge.status != ChargeStatus.PENDING:
        return charge.status
    if is_expired(charge):
        return "expired"
    return "open" if card or charge.test else "no_card"
