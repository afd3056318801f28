"""The three ways to make a payout, and which of them an account allows."""

from django.conf import settings

from payouts.errors import MethodNotPossible
from payouts.models import PayoutAccount, PayoutMethod
from taxes.rules import EU

SEPA_CURRENCY = "EUR"
# As IBANs begin where banks take part in SEPA transfers, by the list of the European Payments Council; the
# library that checks IBANs lacks those that joined in 2024 and 2025 (AL, MD, ME, MK, RS).
BEYOND_THE_UNION = "AD AL CH GB GI IS LI MC MD ME MK NO RS SM VA"
SEPA = EU.union(BEYOND_THE_UNION.split())


def choose_method(account: PayoutAccount) -> PayoutMethod:
    """Return the best way to pay to an account: the processor, a file for the bank, else by hand."""
    possible = (method for method in PayoutMethod if not find_obstacle(account, method))
    return next(possible)


def check_method(account: PayoutAccount, method: PayoutMethod) -> None:
    """Raise MethodNotPossible where payouts to this account cannot be made this way."""
    if obstacle := find_obstacle(account, method):
        raise MethodNotPossible(obstacle)


def find_obstacle(account: PayoutAccount, method: PayoutMethod) -> str:
    """Say in words why payouts to an account cannot be made this way; nothing if they can."""
    if method == PayoutMethod.PROCESSOR:
        return "" if account.processor_account else "The seller has no account at the processor."
    if method == PayoutMethod.BANK_FILE:
        return _find_obstacle_of_files(account)
    return ""


def _find_obstacle_of_files(account: PayoutAccount) -> str:
    if account.currency != SEPA_CURRENCY:
        return f"A file for the bank pays {SEPA_CURRENCY} only."
    if not account.iban:
        return "The seller has no IBAN."
    if account.iban[:2] not in SEPA:
        return "The bank of this IBAN is in a country that SEPA does not reach."
    if not settings.PAYOUT_PAYER_IBAN:
        return "The account that files pay from is not set (PAYOUT_PAYER_IBAN)."
    return ""
