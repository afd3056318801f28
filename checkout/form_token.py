"""The proof that a decision comes from a page that we rendered for this account and these terms."""

from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import get_language

from charges.consent import ShownOffer, fingerprint_offer
from checkout.errors import FormForged, FormOutdated
from checkout.return_target import Purchase
from core import clock
from customers.models import Account
from taxes.terms import TaxTerms

SIGNER = signing.Signer(salt="checkout.decision")
MAX_AGE = timedelta(hours=24)


def make_form_token(purchase: Purchase, account: Account, *, words: str, tax: TaxTerms | None) -> str:
    """Return a signed token of what is shown to whom, in which language and words, and since when.

    `tax` is what `charges.consent.find_tax` says of the purchase.
    """
    shown = ShownOffer(fingerprint_offer(purchase, tax), get_language() or "", words)
    signed = [*_subject(purchase, account), clock.now().isoformat(), *shown]
    return SIGNER.sign_object(signed, compress=True)


def read_shown(token: str, purchase: Purchase, account: Account) -> ShownOffer:
    """Return what was on the page of the token. Raises FormForged, FormOutdated."""
    try:
        public_id, reader, shown_at, *shown = SIGNER.unsign_object(token)
    except signing.BadSignature:
        raise FormForged from None
    if [public_id, reader] != _subject(purchase, account):
        raise FormForged
    if clock.now() > datetime.fromisoformat(shown_at) + MAX_AGE:
        raise FormOutdated
    return ShownOffer(*shown)


def _subject(purchase: Purchase, account: Account) -> list[str]:
    return [str(purchase.public_id), str(account.public_id)]
