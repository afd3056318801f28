"""Limits of subscriptions beyond those of charges. All functions are pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from unicodedata import category

from core.errors import InvalidField
from core.texts import check_display, refuse_card_number
from subscriptions.errors import NoSecondPeriod, StartPassed
from subscriptions.schedule import BeyondCalendar, Frequency, occurrence

MAX_TRIAL_DAYS = 730
MAX_EXTERNAL_ID = 255
MAX_NOTE = 255
# About three years; what runs longer has no end agreed beforehand.
MAX_LENGTHS: Mapping[tuple[str, int], int] = {
    (Frequency.WEEKLY, 1): 153,
    (Frequency.MONTHLY, 1): 36,
    (Frequency.MONTHLY, 3): 12,
    (Frequency.MONTHLY, 6): 6,
    (Frequency.YEARLY, 1): 3,
}
MAX_LENGTH = max(MAX_LENGTHS.values())


def check_trial_days(trial_days: int) -> int:
    """Return the length of a trial in days, 0 for none. Raises InvalidField."""
    if not 0 <= trial_days <= MAX_TRIAL_DAYS:
        raise InvalidField("trial_days", f"must be between 0 and {MAX_TRIAL_DAYS}")
    return trial_days


def check_external_id(external_id: str) -> str:
    """Return the seller's or merchant's own name of a subscription, empty for none. Raises InvalidField."""
    if len(external_id) > MAX_EXTERNAL_ID or not all(map(_is_printable, external_id)):
        raise InvalidField("external_id", f"must be at most {MAX_EXTERNAL_ID} printable characters")
    check_display("external_id", external_id)
    refuse_card_number("external_id", external_id, is_code=True)
    return external_id


def check_note(field: str, note: str) -> str:
    """Return a note of people about a subscription. Raises InvalidField for this field."""
    if len(note) > MAX_NOTE:
        raise InvalidField(field, f"must not have more than {MAX_NOTE} characters")
    refuse_card_number(field, note)
    return note


def check_length(length: int | None, *, frequency: str, interval: int) -> int | None:
    """Return how many periods are billed in all, None for no end. Raises InvalidField."""
    highest = MAX_LENGTHS.get((frequency, interval), MAX_LENGTH)
    if length is not None and not 1 <= length <= highest:
        raise InvalidField("length", f"must be between 1 and {highest}")
    return length


def choose_start(starts_at: datetime | None, *, by_day: bool, now: datetime) -> datetime:
    """Return when the first period begins (UTC): at `starts_at`, or else now.

    By day it is the beginning of a day, the next one unless said otherwise; today is not too late then.
    Raises StartPassed.
    """
    today = datetime.combine(now.astimezone(UTC), time(), UTC)
    earliest, usual = (today, today + timedelta(days=1)) if by_day else (now, now)
    if starts_at is not None and starts_at < earliest:
        raise StartPassed(starts_at)
    return starts_at or usual


def require_second_period(anchor_at: datetime, *, frequency: str, interval: int) -> None:
    """Raise NoSecondPeriod unless a second period begins before the year 10000."""
    try:
        occurrence(anchor_at, 1, frequency, interval)
    except BeyondCalendar:
        raise NoSecondPeriod from None


def _is_printable(letter: str) -> bool:
    """Say whether a letter may be part of an id; joiners are, as words and emoji are written with them."""
    return letter.isprintable() or category(letter) == "Cf"
