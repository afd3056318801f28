"""Test payment methods, by Stripe's own names where it has them, and what each does when it is charged."""

from typing import NamedTuple


class Method(NamedTuple):
    """How a payment method looks and behaves; `code` and `decline_code` are those of its decline."""

    last4: str
    label: str
    brand: str = "visa"
    type: str = "card"
    code: str = ""
    decline_code: str = ""
    advice_code: str = ""
    authenticates: bool = False
    disputes: bool = False
    refuses_refunds: bool = False


METHODS = {
    "pm_card_visa": Method("4242", "Visa that approves"),
    "pm_card_mastercard": Method("4444", "Mastercard that approves", brand="mastercard"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": Method(
        "9995", "Insufficient funds", code="card_declined", decline_code="insufficient_funds"
    ),
    "pm_card_visa_chargeDeclinedStolenCard": Method(
        "9979", "Stolen card", code="card_declined", decline_code="stolen_card"
    ),
    "pm_card_chargeDeclinedExpiredCard": Method("0069", "Expired card", code="expired_card"),
    "pm_card_chargeCustomerFail": Method(
        "0341",
        "Declines",
        code="card_declined",
        decline_code="generic_decline",
        advice_code="try_again_later",
    ),
    "pm_card_doNotTryAgain": Method(  # A name of the stand-in.
        "0342",
        "Declines for good",
        code="card_declined",
        decline_code="do_not_honor",
        advice_code="do_not_try_again",
    ),
    "pm_card_authenticationRequired": Method(
        "3184", "Asks for confirmation (3-D Secure)", authenticates=True
    ),
    "pm_card_createDispute": Method("0259", "Disputes the payment", disputes=True),
    "pm_card_refundFail": Method("5126", "Refuses refunds", refuses_refunds=True),
    "pm_usBankAccount_success": Method("6789", "Bank account", type="us_bank_account"),
}
ON_THE_PAGE = [name for name, method in METHODS.items() if method.type == "card"]
