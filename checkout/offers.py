"""Offers on the hosted page: direct charges and subscriptions behind one interface."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db.models import QuerySet
from django.http import QueryDict

from charges.consent import (
    Decider,
    ShownOffer,
    accept_charge,
    decline_charge,
    find_tax,
    is_expired,
    withdraw_charge,
)
from charges.models import Charge, ChargeStatus
from checkout.lookup import read_public_id
from checkout.presenters import DirectWords, RecurrentWords
from checkout.return_target import WayBack, find_way_back
from subscriptions.lifecycle.consent import (
    accept_subscription,
    decline_subscription,
    withdraw_subscription,
)
from subscriptions.lifecycle.same_thing import find_second, shorten_trial
from subscriptions.models import Subscription, SubscriptionStatus
from taxes.terms import TaxTerms

# Whoever has declined may accept all the same.
UNDECIDED = (ChargeStatus.PENDING, ChargeStatus.DECLINED)
Row = TypeVar("Row", Charge, Subscription)


@dataclass(frozen=True)
class Offer(ABC, Generic[Row]):
    """One purchase, whatever its kind."""

    purchase: Row
    type: ClassVar[str]

    @classmethod
    def find(cls, **which: Any) -> Self | None:
        """Return the offer whose row has these values, or None."""
        purchase = cls.rows().filter(**which).first()
        return cls(purchase) if purchase else None

    @classmethod
    @abstractmethod
    def rows(cls) -> QuerySet[Row]:
        """Return all rows of this kind with what a page shows along with them."""

    @property
    @abstractmethod
    def family(self) -> str:
        """Which templates show it."""

    @property
    @abstractmethod
    def link(self) -> str:
        """Where its page is."""

    @property
    @abstractmethod
    def way_back(self) -> WayBack | None:
        """Where its buyer goes back to, or None when the page is just to be closed."""

    @cached_property
    def tax(self) -> TaxTerms | None:
        """The tax as it is now, where the buyer may still decide: what is shown of it is what is signed."""
        return find_tax(self.purchase) if self.purchase.status in UNDECIDED else None

    @property
    def can_be_decided(self) -> bool:
        """Say whether the buyer may still decide it: nobody has, and its link has not expired."""
        return self.purchase.status in UNDECIDED and not is_expired(self.purchase)

    def find_second(self) -> Subscription | None:
        """Return a subscription that the buyer has of the same thing already, while this one is decided."""
        return None

    @abstractmethod
    def describe(self) -> object:
        """Return the words that only this kind's templates place."""

    @abstractmethod
    def accept(self, *, decider: Decider, shown: ShownOffer) -> None:
        """Record the consent. Raises what charges.consent.accept_charge raises."""

    @abstractmethod
    def decline(self, *, decider: Decider) -> None:
        """Record the refusal. Raises what charges.consent.decline_charge raises."""

    @abstractmethod
    def withdraw(self, *, decider: Decider) -> None:
        """Take the consent back. Raises what charges.consent.withdraw_charge raises."""


class DirectOffer(Offer[Charge]):
    """A payment asked for once; one that belongs to a subscription was decided there and is only shown."""

    type = "direct_charge"

    @classmethod
    def rows(cls) -> QuerySet[Charge]:
        asked_for = Charge.objects.for_display().filter(refund_of=None)
        return asked_for.select_related("payment_option", "subscription")

    @property
    def family(self) -> str:
        return "direct" if self.purchase.subscription_id is None else "payment"

    @property
    def link(self) -> str:
        return f"/?id={self.purchase.public_id}"

    @property
    def way_back(self) -> WayBack | None:
        return find_way_back(self.purchase, id=str(self.purchase.public_id), type=self.type)

    def describe(self) -> DirectWords:
        return DirectWords.of(self.purchase, self.tax)

    def accept(self, *, decider: Decider, shown: ShownOffer) -> None:
        accept_charge(self.purchase.pk, decider=decider, shown=shown)

    def decline(self, *, decider: Decider) -> None:
        decline_charge(self.purchase.pk, decider=decider)

    def withdraw(self, *, decider: Decider) -> None:
        withdraw_charge(self.purchase.pk, decider=decider)


class RecurrentOffer(Offer[Subscription]):
    """A payment asked for again and again."""

    type = "recurrent_charge"
    family = "recurrent"

    @classmethod
    def find(cls, **which: Any) -> Self | None:
        """Return the offer whose row has these values, with the trial that the buyer would get, or None."""
        offer = super().find(**which)
        if offer is not None:
            shorten_trial(offer.purchase)
        return offer

    @classmethod
    def rows(cls) -> QuerySet[Subscription]:
        return Subscription.objects.for_display()

    @property
    def link(self) -> str:
        return f"/?id={self.purchase.public_id}&type={self.type}"

    @property
    def way_back(self) -> WayBack | None:
        return find_way_back(self.purchase, id=str(self.purchase.public_id))

    def find_second(self) -> Subscription | None:
        return find_second(self.purchase) if self.purchase.status == SubscriptionStatus.PENDING else None

    def describe(self) -> RecurrentWords:
        return RecurrentWords.of(self.purchase, self.tax)

    def accept(self, *, decider: Decider, shown: ShownOffer) -> None:
        accept_subscription(self.purchase.pk, decider=decider, shown=shown)

    def decline(self, *, decider: Decider) -> None:
        decline_subscription(self.purchase.pk, decider=decider)

    def withdraw(self, *, decider: Decider) -> None:
        withdraw_subscription(self.purchase.pk, decider=decider)


AnyOffer = DirectOffer | RecurrentOffer
KINDS: dict[str, type[DirectOffer] | type[RecurrentOffer]] = {
    kind.type: kind for kind in (DirectOffer, RecurrentOffer)
}


def find_offer(query: QueryDict, **which: Any) -> AnyOffer | None:
    """Return what a link leads to among the rows with these values, or None; direct needs no type."""
    kind, public_id = KINDS.get(query.get("type", DirectOffer.type)), read_public_id(query)
    if kind is None or public_id is None:
        return None
    return kind.find(public_id=public_id, **which)
