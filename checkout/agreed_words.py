"""What a buyer agreed to, in the words of the page on which it was agreed, without markup."""

from html import unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import get_language

from charges.models import Charge
from checkout.presenters import DirectWords, write_terms
from checkout.schedule_text import describe_period
from subscriptions.models import Subscription


def write_agreement(purchase: Charge | Subscription) -> list[str]:
    """Return the sentence above the button and how to cancel, in the active language."""
    language = get_language() or "en"
    if isinstance(purchase, Charge):
        total = DirectWords.of(purchase, language=language).total
        return [_render("checkout/agreement_direct.html", purchase=purchase, total=total)]
    terms = write_terms(purchase, language=language)
    period = describe_period(terms.frequency, terms.interval)
    agreed = _render("checkout/agreement_recurrent.html", purchase=purchase, terms=terms, period=period)
    return [agreed, _render("checkout/how_to_cancel.html")]


def _render(template: str, **context: object) -> str:
    return " ".join(unescape(strip_tags(render_to_string(template, context))).split())
