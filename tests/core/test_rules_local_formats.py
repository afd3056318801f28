"""Money, numbers, days and instants are written as the language and the time zone of the reader have them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from core.currencies import EXPONENTS
from core.local_formats import (
    list_zones,
    write_city,
    write_day,
    write_instant,
    write_money,
    write_number,
    write_zone,
)
from core.money import Money

GAP = "\N{NO-BREAK SPACE}"
FROM_THE_RIGHT = "\N{RIGHT-TO-LEFT MARK}"
# Around an amount in text from the right, and after a sign that begins with Latin letters.
OPEN, CLOSE, LATIN = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}", "\N{LEFT-TO-RIGHT MARK}"
LANGUAGES = ("en", "de", "es", "pl", "ar")
EVENING = datetime(2026, 12, 4, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "minor", "currency", "text"),
    [
        ("en", 3_750, "USD", "$37.50"),
        ("de", 3_750, "USD", f"37,50{GAP}$"),
        ("es", 3_750, "USD", f"37,50{GAP}US$"),
        ("pl", 3_750, "USD", f"37,50{GAP}USD"),
        ("ar", 3_750, "USD", f"{OPEN}{FROM_THE_RIGHT}37.50{GAP}US${LATIN}{CLOSE}"),
        ("en", 123_450, "EUR", "€1,234.50"),
        ("de", 123_450, "EUR", f"1.234,50{GAP}€"),
        ("pl", 123_456_789, "PLN", f"1{GAP}234{GAP}567,89{GAP}zł"),
        ("en", 500, "JPY", "¥500"),
        ("de", 1_234_567, "JPY", f"1.234.567{GAP}¥"),
        ("en", 5, "KWD", f"KWD{GAP}0.005"),
        ("de", 1_234_567, "KWD", f"1.234,567{GAP}KWD"),
        ("ar", 1_250, "KWD", f"{OPEN}{FROM_THE_RIGHT}1.250{GAP}د.ك.{FROM_THE_RIGHT}{CLOSE}"),
        ("en", -5, "USD", "-$0.05"),
    ],
)
def test_an_amount_has_the_sign_and_the_decimals_of_its_currency(language, minor, currency, text):
    with translation.override(language):
        assert write_money(Money(minor, currency)) == text


@given(st.sampled_from(LANGUAGES), st.sampled_from([*EXPONENTS, "XYZ"]), st.integers(-(10**12), 10**12))
def test_no_amount_loses_a_digit(language, currency, minor):
    with translation.override(language):
        digits = "".join(filter(str.isdigit, write_money(Money(minor, currency))))
    assert int(digits) == abs(minor)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "12,345"), ("de", "12.345"), ("es", "12.345"), ("pl", f"12{GAP}345"), ("ar", "12,345")],
)
def test_a_count_is_grouped(language, text):
    with translation.override(language):
        assert write_number(12_345) == text


@pytest.mark.parametrize(
    ("language", "in_utc", "in_warsaw"),
    [
        ("en", "4 December 2026", "5 December 2026"),
        ("de", "4. Dezember 2026", "5. Dezember 2026"),
        ("es", "4 de diciembre de 2026", "5 de diciembre de 2026"),
        ("pl", "4 grudnia 2026", "5 grudnia 2026"),
        ("ar", "4 ديسمبر 2026", "5 ديسمبر 2026"),
    ],
)
def test_a_day_is_that_of_the_time_zone(language, in_utc, in_warsaw):
    with translation.override(language):
        with timezone.override(UTC):
            assert write_day(EVENING) == in_utc
        with timezone.override(ZoneInfo("Europe/Warsaw")):
            assert write_day(EVENING) == in_warsaw


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "UTC", "4 December 2026, 11:30 pm (UTC)"),
        ("en", "Europe/Warsaw", "5 December 2026, 12:30 am (Central European Standard Time)"),
        ("de", "Europe/Warsaw", "5. Dezember 2026, 00:30 (Mitteleuropäische Normalzeit)"),
        ("es", "America/New_York", "4 de diciembre de 2026, 18:30 (hora estándar oriental)"),
        ("pl", "Europe/Warsaw", "5 grudnia 2026, 00:30 (czas środkowoeuropejski standardowy)"),
        ("ar", "UTC", "4 ديسمبر 2026، 11:30 م (التوقيت العالمي)"),
        ("en", "Asia/Kathmandu", "5 December 2026, 5:15 am (Nepal Time)"),
        ("en", "Etc/GMT+5", "4 December 2026, 6:30 pm (GMT-05:00)"),
    ],
)
def test_an_instant_names_its_zone(language, zone, text):
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        assert write_instant(EVENING).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "UTC", "UTC"),
        ("de", "UTC", "UTC"),
        ("en", "Europe/Warsaw", "Central European Time"),
        ("pl", "Europe/Warsaw", "czas środkowoeuropejski"),
        ("en", "Etc/GMT+5", "GMT-05:00"),
    ],
)
def test_a_zone_has_a_name_that_people_know(language, zone, text):
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        assert write_zone() == text


def test_every_zone_that_can_be_chosen_can_be_written():
    for language in LANGUAGES:
        with translation.override(language):
            assert all(write_city(zone) for zone in list_zones())
    assert {"Europe/Warsaw", "America/New_York", "Asia/Kolkata"} <= list_zones()


def test_nothing_breaks_where_translations_are_off():
    with translation.override(None), timezone.override(UTC):
        assert write_day(EVENING) == "4 December 2026"
