"""Why a payment failed and what its payer can do, in sentences for the payer.

What a bank suspects is not told: a card that was reported stolen or lost is refused as any other, so that
whoever holds it learns nothing.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charges.collection.outcomes import CONFIRM_CODE, GIVEN_UP_CODE

REFUSED = _("The bank refused the payment.")
ASK_THE_BANK = _("Your bank can tell you why; or use another card.")
OTHER_CARD = _("Use a card that is valid.")
CONFIRM = _("Confirm it when your bank asks you to, or use another card.")
NOT_REACHED = _("The payment processor could not be reached.")
NOT_THE_CARD = _("That was not your card's fault.")
REASONS: dict[str, Promise] = {
    "insufficient_funds": _("There was not enough money on the card or account."),
    "expired_card": _("The card has expired."),
    "option_inactive": _("The card was removed."),
    "card_removed": _("The card was removed."),
    "account_closed": _("The bank account is closed."),
    "not_sent": NOT_REACHED,
    "not_captured": NOT_REACHED,  # What staff found out: charges/attempt_review/decide.py.
    CONFIRM_CODE: _("The payment was not confirmed in time."),
    "authentication_failed": _("The payment was not confirmed."),
    GIVEN_UP_CODE: _("It was given up, because the subscription was cancelled."),
}
ADVICE: dict[str, Promise | str] = {
    GIVEN_UP_CODE: "",
    "insufficient_funds": _("See that there is enough on it, or use another card."),
    "expired_card": OTHER_CARD,
    "option_inactive": OTHER_CARD,
    "card_removed": OTHER_CARD,
    "account_closed": OTHER_CARD,
    "not_sent": NOT_THE_CARD,
    "not_captured": NOT_THE_CARD,
    CONFIRM_CODE: CONFIRM,
    "authentication_failed": CONFIRM,
}


def explain_failure(code: str) -> str:
    """Return in a sentence why a payment failed; what banks do not say is not guessed."""
    return str(REASONS.get(code, REFUSED))


def advise_payer(code: str) -> str:
    """Return in a sentence what the payer can do about it."""
    return str(ADVICE.get(code, ASK_THE_BANK))
