"""Objects of Stripe as answers of a gateway. Times are UTC."""

from datetime import UTC, datetime, timedelta

from core.money import Money
from gateway.movements import A_DAY, Answer, Movement, Verdict
from gateway.stripe.amounts import from_stripe
from gateway.stripe.api import Json
from gateway.stripe.sources import CARD

AUTHENTICATION = "authentication_required"
FOR_THE_BUYER = timedelta(days=7)
FOR_A_BANK = timedelta(days=14)
# Trying these again helps nobody, whatever the card's bank advises.
HARD_DECLINES = frozenset(
    [
        "account_closed",
        "bank_account_restricted",
        "bank_account_unusable",
        "card_not_supported",
        "currency_not_supported",
        "debit_not_authorized",
        "fraudulent",
        "invalid_account",
        "invalid_amount",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "no_account",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "stolen_card",
        "stop_payment_order",
        "transaction_not_allowed",
    ]
)


def answer_intent(intent: Json) -> Answer:
    """Return what a payment intent says about the charge that it was made for."""
    match intent["status"]:
        case "succeeded":
            return _answer(Verdict.APPROVED, intent, amount="amount_received", booked=intent["latest_charge"])
        case "processing" | "requires_capture":
            is_card = CARD in intent["payment_method_types"]
            return _answer(Verdict.PENDING, intent, patience=A_DAY if is_card else FOR_A_BANK)
        case "requires_action":
            return _ask_the_buyer(intent)
        case "requires_payment_method" if intent.get("last_payment_error"):
            return _answer_failed(intent)
        case "canceled":
            return _answer(Verdict.VOID, intent)
    return _answer(Verdict.NOT_FOUND, intent)


def answer_refund(refund: Json) -> Answer:
    """Return what a refund says."""
    match refund["status"]:
        case "succeeded":
            return _answer(Verdict.APPROVED, refund, booked=refund)
        case "failed":
            code = refund.get("failure_reason") or "refund_failed"
            message = "The bank did not take the refund."
            return _answer(Verdict.DECLINED, refund, code=code, hard=True, message=message)
        case "canceled":
            return _answer(Verdict.VOID, refund)
    return _answer(Verdict.PENDING, refund, patience=FOR_A_BANK)


def answer_transfer(transfer: Json) -> Answer:
    """Return what a transfer to a connected account says: it is done as soon as there is one."""
    return _answer(Verdict.APPROVED, transfer, booked=transfer)


def decline(movement: Movement, details: Json, *, hard: bool | None = None) -> Answer:
    """Return a decline of a movement that Stripe has no object of; `details` are those of its error."""
    code = details.get("decline_code") or details.get("code") or "declined"
    return Answer(
        Verdict.DECLINED,
        movement.key,
        money=movement.money,
        code=code,
        hard=_is_hard(details) if hard is None else hard,
        message=details.get("message") or "",
    )


def read_instant(seconds: int) -> datetime:
    """Return a time of Stripe's, which are Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def _answer(
    verdict: Verdict,
    subject: Json,
    *,
    amount: str = "amount",
    booked: Json | str | None = None,
    code: str = "",
    hard: bool = False,
    message: str = "",
    patience: timedelta = A_DAY,
    buyer_url: str = "",
) -> Answer:
    fee, available_on = _read_booking(booked)
    return Answer(
        verdict,
        (subject.get("metadata") or {}).get("attempt", ""),
        reference=subject["id"],
        money=from_stripe(subject[amount], subject["currency"]),
        code=code,
        hard=hard,
        message=message,
        patience=patience,
        buyer_url=buyer_url,
        fee=fee,
        fee_follows=verdict == Verdict.APPROVED and fee is None,
        available_on=available_on,
    )


def _answer_failed(intent: Json) -> Answer:
    error = intent["last_payment_error"]
    code = error.get("decline_code") or error.get("code") or "declined"
    if AUTHENTICATION in (code, error.get("code")):
        return _ask_the_buyer(intent)
    message = error.get("message") or ""
    return _answer(Verdict.DECLINED, intent, code=code, hard=_is_hard(error), message=message)


def _ask_the_buyer(intent: Json) -> Answer:
    redirect = (intent.get("next_action") or {}).get("redirect_to_url") or {}
    return _answer(
        Verdict.NEEDS_BUYER,
        intent,
        code=AUTHENTICATION,
        message="The bank wants the buyer to confirm this payment.",
        patience=FOR_THE_BUYER,
        buyer_url=redirect.get("url") or "",
    )


def _is_hard(error: Json) -> bool:
    codes = {error.get("decline_code"), error.get("code")}
    return error.get("advice_code") == "do_not_try_again" or not codes.isdisjoint(HARD_DECLINES)


def _read_booking(booked: Json | str | None) -> tuple[Money | None, datetime | None]:
    """Return fee and day of a balance transaction, as far as Stripe has written one and told it."""
    booking = booked.get("balance_transaction") if isinstance(booked, dict) else None
    if not isinstance(booking, dict):
        return None, None
    return from_stripe(booking["fee"], booking["currency"]), read_instant(booking["available_on"])
