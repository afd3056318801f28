"""Money, numbers, days and instants as people write them in the active language and time zone.

The language is the one of django.utils.translation, the time zone that of django.utils.timezone; both are
`override`n there by whoever writes for somebody.
"""

import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_datetime_format,
    get_timezone_location,
    get_timezone_name,
)
from babel.numbers import format_decimal, parse_pattern
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from core.currencies import find_exponent
from core.money import Money

# English for readers of any country: "4 December 2026"; money with "$" for that of the United States.
LOCALES = {"en": "en-001"}
MONEY_LOCALES = {"en": "en"}
LATIN_SIGN = re.compile("[A-Z]+[^\\w\\s]")
KEPT = "\\g<0>\N{LEFT-TO-RIGHT MARK}"
LETTER_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


def find_locale(*, of_money: bool = False) -> Locale:
    """Return the locale of the active language; English where translations are switched off."""
    language = get_language() or "en"
    known = MONEY_LOCALES if of_money else LOCALES
    return Locale.parse(known.get(language, language), sep="-")


def write_money(money: Money) -> str:
    """Return an amount with all decimals of its currency, such as "$37.50", in German "37,50 $"."""
    locale = find_locale(of_money=True)
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (find_exponent(money.currency),) * 2
    text = pattern.apply(
        money.units, locale, currency=money.currency, currency_digits=False, numbering_system="default"
    )
    text = LETTER_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", text)  # As CLDR asks for, and Babel does not.
    return _isolate(text) if locale.text_direction == "rtl" else text


def write_number(number: int) -> str:
    """Return a count, such as "1,250", in German "1.250"."""
    return format_decimal(number, locale=find_locale(), numbering_system="default")


def write_day(instant: datetime) -> str:
    """Return the day of an instant in the active time zone, such as "4 December 2026"."""
    return format_date(instant.astimezone(get_current_timezone()), "long", locale=find_locale())


def write_day_of_year(instant: datetime) -> str:
    """Return the day and the month of an instant in UTC, such as "22 November"."""
    return format_skeleton("MMMMd", instant.astimezone(UTC), locale=find_locale())


def write_month(instant: datetime) -> str:
    """Return the month of an instant in UTC, such as "November 2026"."""
    return format_skeleton("yMMMM", instant.astimezone(UTC), locale=find_locale())


def write_instant(instant: datetime) -> str:
    """Return an instant with its zone, such as "4 December 2026, 2:30 pm (Central European Standard Time)".

    Seconds are left out.
    """
    locale, local = find_locale(), instant.astimezone(get_current_timezone())
    time = format_time(local, "short", locale=locale)
    joined = str(get_datetime_format("medium", locale=locale)).format(time, write_day(instant))
    return f"{joined} ({_name_zone(local, locale)})"


def write_zone() -> str:
    """Return the name of the active time zone, such as "UTC" or "Central European Time"."""
    zone, locale = get_current_timezone(), find_locale()
    if isinstance(zone, ZoneInfo) and zone.key in list_zones():
        return get_timezone_name(zone, locale=locale)
    return _name_zone(datetime(2000, 1, 1, tzinfo=zone), locale)


@cache
def list_zones() -> frozenset[str]:
    """Return the names of the time zones of countries that this machine and Babel know."""
    territories = get_global("zone_territories")
    return frozenset(zone for zone in available_timezones() if territories.get(zone, "ZZ") != "ZZ")


def write_city(zone: str) -> str:
    """Return the city that a time zone is named after: "Warsaw" for "Europe/Warsaw"."""
    return get_timezone_location(ZoneInfo(zone), locale=find_locale(), return_city=True)


def write_country(code: str) -> str:
    """Return the name of a country: "Germany" for DE."""
    return find_locale().territories.get(code, code)


def _name_zone(local: datetime, locale: Locale) -> str:
    """Return the name of a zone in summer or winter; of UTC its short one, which more people know."""
    return get_timezone_name(local, width="short" if _is_utc(local.tzinfo) else "long", locale=locale)


def _isolate(amount: str) -> str:
    """Keep an amount together within text from the right, and "US$" from becoming "$US"."""
    return f"\N{RIGHT-TO-LEFT ISOLATE}{LATIN_SIGN.sub(KEPT, amount)}\N{POP DIRECTIONAL ISOLATE}"


def _is_utc(zone: tzinfo | None) -> bool:
    return zone is UTC or (isinstance(zone, ZoneInfo) and zone.key in ("UTC", "Etc/UTC"))
