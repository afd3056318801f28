"""The proof that a decision comes from a page that we rendered for this account and these terms."""

from datetime import datetime, timedelta

from django.core import signing

from charges.consent import fingerprint_offer
from checkout.errors import FormForged, FormOutdated
from checkout.return_target import Purchase
from core import clock
from customers.models import Account

SIGNER = signing.Signer(salt="checkout.decision")
MAX_AGE = timedelta(hours=24)


def make_form_token(purchase: Purchase, account: Account) -> str:
    """Return a signed token of what is shown to whom, and since when."""
    shown = fingerprint_offer(purchase)
    return SIGNER.sign_object([*_subject(purchase, account), shown, clock.now().isoformat()])


def read_shown_terms(token: str, purchase: Purchase, account: Account) -> str:
    """Return the fingerprint of the offer on the page of the token. Raises FormForged, FormOutdated."""
    try:
        *subject, shown, shown_at = SIGNER.unsign_object(token)
    except signing.BadSignature:
        raise FormForged from None
    if subject != _subject(purchase, account):
        raise FormForged
    if clock.now() > datetime.fromisoformat(shown_at) + MAX_AGE:
        raise FormOutdated
    return shown


def _subject(purchase: Purchase, account: Account) -> list[str]:
    return [str(purchase.public_id), str(account.public_id)]
