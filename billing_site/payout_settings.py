"""Settings of payouts to sellers: what they wait for, and the bank account that files pay from."""

from typing import Any

from billing_site.settings_readers import Environment, refuse

MAX_NAME = 70  # ISO 20022 allows 140, SEPA 70.


def read_payouts(env: Environment) -> dict[str, Any]:
    """Return the settings; a minimum is in whole units of the payout's currency."""
    name = env.read_word("PAYOUT_PAYER_NAME")
    written = env.read_word("PAYOUT_PAYER_IBAN")
    number = written.replace(" ", "").upper()
    if len(name) > MAX_NAME:
        refuse("PAYOUT_PAYER_NAME", f"at most {MAX_NAME} characters long", name)
    if number and not _is_iban(number):
        refuse("PAYOUT_PAYER_IBAN", "an IBAN whose country, length and check digits fit", written)
    if number and not name:
        refuse("PAYOUT_PAYER_NAME", "the name of the holder of PAYOUT_PAYER_IBAN")
    return {
        "PAYOUT_HOLD_DAYS": env.read_integer("PAYOUT_HOLD_DAYS", default=7, maximum=365),
        "PAYOUT_MINIMUM": env.read_integer("PAYOUT_MINIMUM", default=10, minimum=1, maximum=1_000_000),
        "PAYOUT_NEW_ACCOUNT_DAYS": env.read_integer("PAYOUT_NEW_ACCOUNT_DAYS", default=3, maximum=365),
        "PAYOUT_PAYER_NAME": name,
        "PAYOUT_PAYER_IBAN": number,
    }


def _is_iban(number: str) -> bool:
    from schwifty import IBAN  # It reads all countries and banks; without this setting no start waits for it.

    return IBAN(number, allow_invalid=True).is_valid
