"""The buyer's decision: accept or decline. Whoever asks, the rules are here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import transaction

from access.oauth.bearer_tokens import Caller
from charges.errors import ChargeExpired, ChargeNotFound, ConsentNotYours, TermsChanged
from charges.history import change_status
from charges.models import Acceptance, Charge, ChargeStatus
from charges.requests.direct import start_charge
from core import clock
from core.card_numbers import mask_card_numbers
from customers.errors import BillingRoleMissing, NoPaymentOption
from customers.models import Account, Application, Organization, PaymentOption
from customers.payment_options import find_default_option, lock_wallet
from gateway.registry import choose_gateway
from taxes.quotes import find_terms
from taxes.terms import TaxTerms

BY_ITSELF = "Starts with the acceptance."
WITHDRAWN = "The acceptance was withdrawn."


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and through what.

    `first_party` means the buyer in person: our page or the marketplace's own app. `is_admin` means the
    marketplace's own administration (billing_admin).
    """

    account_id: int
    organization_id: int
    has_billing_role: bool
    first_party: bool
    actor: str
    ip: str | None = None
    user_agent: str = ""
    is_admin: bool = False

    @classmethod
    def on_page(cls, account: Account, *, ip: str | None, user_agent: str) -> "Decider":
        """The account that is logged in on the hosted page."""
        return cls(
            account_id=account.pk,
            organization_id=account.organization_id,
            has_billing_role=account.has_billing_role,
            first_party=True,
            actor=f"page/account:{account.public_id}",
            ip=ip,
            user_agent=mask_card_numbers(user_agent)[:255],
        )

    @classmethod
    def through_api(cls, caller: Caller, *, ip: str | None, user_agent: str) -> "Decider":
        """The account behind an access token."""
        return cls(
            account_id=caller.account_id,
            organization_id=caller.organization_id,
            has_billing_role=caller.has_billing_role,
            first_party=caller.app.first_party,
            is_admin=caller.is_admin,
            actor=caller.principal,
            ip=ip,
            user_agent=mask_card_numbers(user_agent)[:255],
        )


class ShownOffer(NamedTuple):
    """What a page showed of an offer: its fingerprint, the language, and the sentence that was agreed to."""

    fingerprint: str
    language: str = ""
    words: str = ""


class Offer(Protocol):
    """What a buyer decides about: a direct charge, or a subscription of the layer above."""

    buyer_id: int | None
    buyer: Organization | None
    test: bool
    status: str
    created_at: datetime
    payment_option: PaymentOption | None
    funding_source: str | None
    order_application: Application | None

    @property
    def terms_hash(self) -> str:
        """A fingerprint of everything the buyer agrees to."""


def is_expired(offer: Offer) -> bool:
    """Say whether the offer waited so long for a decision that it can no longer be accepted."""
    age = timedelta(days=settings.CHARGE_EXPIRES_DAYS)
    return offer.status == ChargeStatus.PENDING and clock.now() > offer.created_at + age


def starts_by_itself(offer: Offer) -> bool:
    """Say whether accepting starts it at once, because its application lets what is accepted start."""
    return offer.order_application is not None and offer.order_application.starts_when_accepted


def find_tax(offer: Offer) -> TaxTerms | None:
    """Return the tax on an offer as it is now; None where no invoices are issued."""
    if offer.order_application is None or offer.buyer is None:
        return None
    return find_terms(application=offer.order_application, buyer=offer.buyer, at=clock.now())


def fingerprint_offer(offer: Offer, tax: TaxTerms | None) -> str:
    """Return a fingerprint of what a page says: the terms, whether accepting starts it, and the tax."""
    said = [offer.terms_hash, "starts" * starts_by_itself(offer), tax.fingerprint if tax else ""]
    return ":".join(said).rstrip(":")


def find_card(offer: Offer) -> PaymentOption | None:
    """Return the card that accepting this offer would use; a test offer does without, or names its own."""
    if offer.payment_option is not None:
        return offer.payment_option
    if offer.buyer_id is None or offer.funding_source is not None:
        return None
    return find_default_option(offer.buyer_id, gateway=choose_gateway(livemode=not offer.test))


def check_decider(offer: Offer, decider: Decider) -> None:
    """Raise ChargeNotFound, ConsentNotYours or BillingRoleMissing unless this decision counts."""
    if offer.buyer_id != decider.organization_id:
        raise ChargeNotFound
    if not decider.first_party and not offer.test:
        raise ConsentNotYours
    if decider.first_party and not decider.has_billing_role:
        raise BillingRoleMissing


def check_acceptable(offer: Offer, *, shown: ShownOffer | None, tax: TaxTerms | None) -> PaymentOption | None:
    """Return the card to pay with; `tax` is that of now.

    Raises ChargeExpired, TermsChanged, NoPaymentOption.
    """
    if is_expired(offer):
        raise ChargeExpired
    if shown and shown.fingerprint != fingerprint_offer(offer, tax):
        raise TermsChanged
    option = find_card(offer)
    if option is None and not offer.test:
        raise NoPaymentOption
    return option


@transaction.atomic
def accept_charge(charge_id: int, *, decider: Decider, shown: ShownOffer | None = None) -> Charge:
    """Record the buyer's consent and return the charge; accepting again changes nothing.

    It is activated as well where its application says so. `shown` is what the page said on which the buyer
    decided; a program shows nothing. Raises ChargeNotFound, ConsentNotYours, BillingRoleMissing, WrongState,
    ChargeExpired, TermsChanged, NoPaymentOption.
    """
    lock_wallet(decider.organization_id)
    charge = _lock_for_decision(charge_id, decider)
    if charge.status not in (ChargeStatus.PENDING, ChargeStatus.DECLINED):
        return charge
    tax = find_tax(charge)
    option = check_acceptable(charge, shown=shown, tax=tax)
    change_status(charge, partial(charge.accept, option), actor=decider.actor)
    record_acceptance(decider, terms_hash=charge.terms_hash, shown=shown, tax=tax, charge=charge)
    if starts_by_itself(charge):
        start_charge(charge, actor=decider.actor, reason=BY_ITSELF)
    return charge


def record_acceptance(
    decider: Decider, *, terms_hash: str, shown: ShownOffer | None, tax: TaxTerms | None, **offer: Any
) -> None:
    """Record who agreed to these terms of the offer, a `charge` or a `subscription` that is locked.

    The tax is that of the invoice of what is paid first. The terms are the same in all languages; the words
    and their language are kept beside them.
    """
    Acceptance.objects.create(
        account_id=decider.account_id,
        organization_id=decider.organization_id,
        terms_hash=terms_hash,
        tax=tax and tax.write(),
        ip=decider.ip,
        user_agent=decider.user_agent,
        language=shown.language if shown else "",
        words=shown.words if shown else "",
        **offer,
    )


@transaction.atomic
def decline_charge(charge_id: int, *, decider: Decider) -> Charge:
    """Record the buyer's refusal and return the charge; declining again changes nothing.

    Raises ChargeNotFound, ConsentNotYours, BillingRoleMissing, WrongState.
    """
    charge = _lock_for_decision(charge_id, decider)
    if charge.status == ChargeStatus.DECLINED:
        return charge
    change_status(charge, charge.decline, actor=decider.actor)
    return charge


@transaction.atomic
def withdraw_charge(charge_id: int, *, decider: Decider) -> Charge:
    """Take an acceptance back before the seller activates, and return the charge; again changes nothing.

    Raises ChargeNotFound, ConsentNotYours, BillingRoleMissing, WrongState.
    """
    charge = _lock_for_decision(charge_id, decider)
    if charge.status != ChargeStatus.DECLINED:
        change_status(charge, charge.withdraw, actor=decider.actor, reason=WITHDRAWN)
    return charge


def _lock_for_decision(charge_id: int, decider: Decider) -> Charge:
    charge = Charge.objects.select_for_update(of=("self",)).for_display().get(pk=charge_id)
    check_decider(charge, decider)
    return charge
