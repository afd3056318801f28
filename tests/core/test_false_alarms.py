"""How often the finder of card numbers takes ordinary numbers for one: docs/operations.md tells these rates.

Of every kind 20,000 are drawn from one seed, and every seventh period of 2001 to 2100 is tried; at night it
is 100,000 and every period, as the rates were found.
"""

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from core.card_numbers import hides_card_number
from core.checksums import is_card_number, is_iban

pytestmark = pytest.mark.slow

MANY, ALL = 20_000, 100_000
IBAN_LENGTHS = {
    "AT": 20,
    "BE": 16,
    "CH": 21,
    "DE": 22,
    "DK": 18,
    "ES": 24,
    "FR": 27,
    "NO": 15,
    "PL": 28,
    "SE": 24,
}
DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))
IMEI_BEGINNINGS = ("01", "35", "86", "91", "99")
BEGIN, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2001, 2101))


def digits(chance: random.Random, count: int) -> str:
    return str(chance.randrange(10**count)).zfill(count)


def end_right(body: str) -> str:
    total = sum(map(int, body[-2::-2])) + sum(DOUBLED[digit] for digit in body[::-2])
    return f"{body}{-total % 10}"


def make_iban(chance: random.Random) -> str:
    country = chance.choice(list(IBAN_LENGTHS))
    account = digits(chance, IBAN_LENGTHS[country] - 4)
    checks = 98 - int(f"{account}{int(country[0], 36)}{int(country[1], 36)}00") % 97
    iban = f"{country}{checks:02}{account}"
    return iban if chance.random() < 0.5 else " ".join(re.findall(".{1,4}", iban))


def make_order_number(chance: random.Random) -> str:
    return chance.choice(
        [
            lambda: f"INV-{chance.randrange(2001, 2101)}-{digits(chance, 6)}",
            lambda: f"{digits(chance, 3)}-{digits(chance, 7)}-{digits(chance, 7)}",
            lambda: f"{digits(chance, 2)}-{digits(chance, 5)}-{digits(chance, 5)}",
            lambda: f"PO {digits(chance, 10)} / {digits(chance, 2)}",
            lambda: digits(chance, 10),
            lambda: digits(chance, 13),
            lambda: f"R{chance.randrange(2001, 2101)}{digits(chance, 12)}",
        ]
    )()


RANDOM: dict[str, Callable[[random.Random], str]] = {
    "UUIDs": lambda chance: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
    "UUIDs without dashes": lambda chance: uuid.UUID(int=chance.getrandbits(128), version=4).hex,
    "hexadecimal ids of 24": lambda chance: f"{chance.getrandbits(96):024x}",
    "milliseconds": lambda chance: str(chance.randrange(BEGIN, END)),
    "IBANs": make_iban,
    "IMEIs": lambda chance: end_right(chance.choice(IMEI_BEGINNINGS) + digits(chance, 12)),
    "SIMs": lambda chance: end_right("89" + digits(chance, 16)),
    "order numbers": make_order_number,
}


def count_alarms(texts: Iterator[str], **mode: bool) -> int:
    return sum(hides_card_number(text, **mode) for text in texts)


@pytest.mark.parametrize("many", [MANY, pytest.param(ALL, marks=pytest.mark.night)])
@pytest.mark.parametrize("kind", RANDOM)
def test_ordinary_numbers_are_hardly_ever_taken_for_a_card(kind, many):
    chance = random.Random(kind)
    values = [RANDOM[kind](chance) for _ in range(many)]
    alarms = count_alarms(f"Note {value}, thanks" for value in values)
    assert alarms == 0 if kind == "milliseconds" or "UUID" in kind else alarms < many / 1000
    assert count_alarms(iter(values[::10]), in_groups=False) <= alarms


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.night)])
def test_dates_and_periods_of_a_century_are_never_taken_for_a_card(every):
    first, days = date(2001, 1, 1), (date(2101, 1, 1) - date(2001, 1, 1)).days
    periods = [(first + timedelta(n), first + timedelta(n + 30)) for n in range(0, days, every)]
    assert count_alarms(f"Pro plan {begin} - {end}" for begin, end in periods) == 0
    assert count_alarms(f"{begin:%d.%m.%Y} {end:%d.%m.%Y}" for begin, end in periods) == 0
    assert count_alarms(f"{begin:%Y%m%d}-{end:%Y%m%d}" for begin, end in periods) == 0
    assert count_alarms(f"{begin:%Y%m%d}{end:%Y%m%d}" for begin, end in periods) == 0


def test_the_numbers_above_have_the_right_check_digits():
    chance = random.Random(1)
    for _ in range(100):
        assert is_iban(make_iban(chance).replace(" ", ""))
        assert is_card_number(RANDOM["IMEIs"](chance))
        assert is_card_number(RANDOM["SIMs"](chance))
