"""What a buyer agrees to: the sentence above the button, on the page, as it is kept, and in mails."""

from html import unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from charges.models import Charge
from checkout.durations import describe_duration, describe_period
from checkout.presenters import write_price_each
from core.local_formats import write_money
from subscriptions.models import Subscription


def write_sentence(purchase: Charge | Subscription) -> SafeString:
    """Return the sentence as HTML in the active language."""
    if isinstance(purchase, Charge):
        context = {"purchase": purchase, "total": write_money(purchase.total)}
        return render_to_string("checkout/agreement_direct.html", context)
    context = {
        "purchase": purchase,
        "price": write_price_each(purchase),
        "period": describe_period(purchase.frequency, purchase.interval),
        "trial": describe_duration(purchase.trial),
    }
    return render_to_string("checkout/agreement_recurrent.html", context)


def write_agreement(purchase: Charge | Subscription) -> list[str]:
    """Return the sentence and how to cancel, without markup, in the active language."""
    agreed = to_plain_text(write_sentence(purchase))
    if isinstance(purchase, Charge):
        return [agreed]
    return [agreed, to_plain_text(render_to_string("checkout/how_to_cancel.html"))]


def to_plain_text(sentence: str) -> str:
    """Return the words of HTML on one line."""
    return " ".join(unescape(strip_tags(sentence)).split())
