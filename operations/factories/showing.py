"""The page on which a buyer decides, as the factories stand in for it."""

from django.utils import translation

from charges.consent import ShownOffer, find_tax, fingerprint_offer
from charges.models import Charge
from charges.shown_pages import record_page_shown
from customers.models import Account
from mail.contents.parts import write_agreement
from subscriptions.models import Subscription

LANGUAGE = "en"


def show_page(purchase: Charge | Subscription, account: Account) -> ShownOffer:
    """Record that an account was shown the page of a purchase, and return what the page says."""
    record_page_shown(object_id=purchase.public_id, account_id=account.pk)
    with translation.override(LANGUAGE):
        words, *_ = write_agreement(purchase)
    return ShownOffer(fingerprint_offer(purchase, find_tax(purchase)), LANGUAGE, words)
