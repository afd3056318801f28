"""Up to which amounts one person may give money back."""

import re
from collections.abc import Mapping

from billing_site.settings_readers import NONE, Environment, refuse
from core.currencies import EXPONENTS

NAME = "REFUND_APPROVAL_LIMIT"
USUAL = 50_000
LIMIT = re.compile(r"([A-Z]{3}):([0-9]{1,12})")


def read_limit(env: Environment, *, default_currency: str) -> dict[str, int]:
    """Return the most that one person may give back of a charge, by currency, in its smallest unit.

    In a currency that is not named, each refund needs a second person; the word "none" names none.
    """
    word = env.read_word(NAME)
    if not word:
        return {default_currency: USUAL}
    parts = [LIMIT.fullmatch(part.strip()) for part in word.split(",")] if word != NONE else []
    limits = {part[1]: int(part[2]) for part in parts if part and part[1] in EXPONENTS}
    if len(limits) < len(parts):
        refuse(NAME, "none, or currencies with amounts such as USD:50000,JPY:75000", word)
    return limits


def write_parameter(limits: Mapping[str, int]) -> dict[str, str]:
    """Return the parameter of a session of PostgreSQL by which the triggers know the limits."""
    said = ",".join(f"{currency}:{limit}" for currency, limit in sorted(limits.items()))
    return {"billing.refund_approval_limit": said or NONE}
