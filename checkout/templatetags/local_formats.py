"""Days, instants and cards in templates, as the reader's language and time zone have them."""

from datetime import datetime

from django import template

from checkout.card_words import describe_card
from core import local_formats
from customers.models import PaymentOption

register = template.Library()


@register.filter
def day(instant: datetime | None) -> str:
    """Write the day of an instant; nothing for none."""
    return local_formats.write_day(instant) if instant else ""


@register.filter
def instant(instant: datetime | None) -> str:
    """Write an instant with its time zone; nothing for none."""
    return local_formats.write_instant(instant) if instant else ""


@register.filter
def month(instant: datetime) -> str:
    """Write the month of an instant in UTC, in which books are kept."""
    return local_formats.write_month(instant)


@register.filter
def card_label(option: PaymentOption) -> str:
    """Name a card, such as "Visa ending in 4242"."""
    return describe_card(option)


@register.simple_tag
def zone_name() -> str:
    """Name the time zone that days are written in."""
    return local_formats.write_zone()
