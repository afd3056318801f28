"""What a subscription may ask for beyond what any charge may (charges.requests.limits)."""

from core.errors import InvalidField

MAX_MONTHS = 36
MAX_TRIAL_DAYS = 730
MAX_EXTERNAL_ID = 255


def check_months(months: int) -> int:
    """Return the length of a period in months. Raises InvalidField."""
    return _check_range("months", months, 1, MAX_MONTHS)


def check_trial_days(days: int) -> int:
    """Return the length of a trial in days, 0 for none. Raises InvalidField."""
    return _check_range("trial_days", days, 0, MAX_TRIAL_DAYS)


def check_external_id(value: str) -> str:
    """Return what the seller calls it on its side, empty for nothing. Raises InvalidField."""
    if len(value) > MAX_EXTERNAL_ID or not value.isprintable():
        raise InvalidField("external_id", f"must be at most {MAX_EXTERNAL_ID} printable characters")
    return value


def _check_range(field: str, value: int, lowest: int, highest: int) -> int:
    if not lowest <= value <= highest:
        raise InvalidField(field, f"must be between {lowest} and {highest}")
    return value
