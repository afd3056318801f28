"""The sentence above the button that says what its reader agrees to, on the page and as it is kept."""

from html import unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from checkout.offers import AnyOffer


def write_agreement(offer: AnyOffer, words: object) -> SafeString:
    """Return the sentence in the active language, as HTML; nothing for a payment that is not decided."""
    if offer.family == "payment":
        return SafeString("")
    context = {"purchase": offer.purchase, "words": words}
    return render_to_string(f"checkout/agreement_{offer.family}.html", context)


def to_plain_text(sentence: str) -> str:
    """Return the words of HTML on one line."""
    return " ".join(unescape(strip_tags(sentence)).split())
