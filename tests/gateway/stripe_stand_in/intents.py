"""Payment intents of the stand-in: made, confirmed, cancelled, and what a bank decides."""

from tests.gateway.stripe_stand_in import disputes
from tests.gateway.stripe_stand_in.books import Books, find_fee, show_list
from tests.gateway.stripe_stand_in.failures import Json, card_error, invalid, unexpected_state

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
LEAST, MOST = 50, 99_999_999
NO_DECIMALS = ("jpy", "krw")
UNTOUCHED = {
    "amount_capturable": 0,
    "amount_received": 0,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "client_secret": "pi_secret_made_up",
    "confirmation_method": "automatic",
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "next_action": None,
    "status": "requires_confirmation",
}
AUTHENTICATION = {
    "code": "authentication_required",
    "decline_code": "authentication_required",
    "message": "Your card was declined. This transaction requires authentication.",
}


def create(books: Books, params: Json) -> Json:
    """Make an intent; one with a payment method waits for its confirmation."""
    amount = _read_amount(params)
    customer = books.get(params["customer"], "customer", "customer")["id"]
    method = books.find_method(params["payment_method"])
    if method["customer"] not in (None, customer):
        raise invalid("The customer does not have this payment method.", "payment_method", "resource_missing")
    if method["id"] in books.detached:
        raise invalid("The payment method was detached. It may not be used again.", "payment_method", "")
    intent = books.add(
        "pi",
        "payment_intent",
        **UNTOUCHED,
        amount=amount,
        capture_method=params.get("capture_method", "automatic_async"),
        currency=params["currency"],
        customer=customer,
        description=params.get("description"),
        metadata=params.get("metadata", {}),
        payment_method=method["id"],
        payment_method_types=params.get("payment_method_types", ["card"]),
    )
    books.emit("payment_intent.created", intent)
    return intent


def confirm(books: Books, params: Json, name: str) -> Json:
    """Charge an intent."""
    intent = books.get(name, "payment_intent")
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "confirm")
    chosen = params.get("payment_method") or intent["payment_method"]
    if chosen is None:
        raise unexpected_state(intent, "confirm")
    method = books.find_method(chosen)
    intent["payment_method"] = method["id"]
    behaviour = books.methods[method["id"]]
    if behaviour.code:
        message = "Your card was declined."
        error = {"code": behaviour.code, "message": message}
        optional = {"decline_code": behaviour.decline_code, "advice_code": behaviour.advice_code}
        raise _fail(books, intent, error | {key: word for key, word in optional.items() if word})
    if behaviour.authenticates:
        if params.get("off_session") == "true":
            raise _fail(books, intent, AUTHENTICATION)
        return _ask(books, intent, params)
    if behaviour.type != "card":
        intent["status"] = "processing"
        books.emit("payment_intent.processing", intent)
        books.later(lambda: capture(books, intent))
        return intent
    return capture(books, intent)


def capture(books: Books, intent: Json) -> Json:
    """Take the money."""
    method = books.objects[intent["payment_method"]]
    charge = _add_charge(books, intent, method, is_paid=True)
    fee = find_fee(intent["amount"])
    charge["balance_transaction"] = books.book("charge", intent["amount"], charge, fee=fee)["id"]
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "next_action": None,
        "last_payment_error": None,
    }
    books.emit("charge.succeeded", charge)
    books.emit("payment_intent.succeeded", intent)
    if books.methods[method["id"]].disputes:
        disputes.open_dispute(books, charge)
    return intent


def fail_authentication(books: Books, intent: Json) -> None:
    """The buyer did not confirm."""
    code = "payment_intent_authentication_failure"
    message = "The provided PaymentMethod has failed authentication."
    _fail(books, intent, {"code": code, "message": message}, kind="invalid_request_error")


def cancel(books: Books, params: Json, name: str) -> Json:
    """Make sure that an intent never takes money."""
    intent = books.get(name, "payment_intent")
    if intent["status"] not in (*OPEN, "requires_capture"):
        raise unexpected_state(intent, "cancel")
    intent |= {"status": "canceled", "canceled_at": books.now(), "next_action": None}
    books.emit("payment_intent.canceled", intent)
    return intent


def retrieve(books: Books, params: Json, name: str) -> Json:
    """Return an intent."""
    return books.get(name, "payment_intent")


def find(books: Books, params: Json) -> Json:
    """List a customer's intents since a time."""
    since = int(params.get("created", {}).get("gte", 0))
    found = (
        each
        for each in books.every("payment_intent")
        if params.get("customer") in (None, each["customer"]) and each["created"] >= since
    )
    return show_list(found, params, "/v1/payment_intents")


def _read_amount(params: Json) -> int:
    amount, currency = int(params["amount"]), params["currency"]
    if currency != currency.lower() or len(currency) != 3:
        raise invalid(f"Invalid currency: {currency}", "currency")
    if amount < (LEAST if currency not in NO_DECIMALS else 1):
        raise invalid("Amount must be at least $0.50 usd", "amount", "amount_too_small")
    if amount > MOST:
        raise invalid("Amount must be no more than $999,999.99", "amount", "amount_too_large")
    return amount


def _ask(books: Books, intent: Json, params: Json) -> Json:
    if "return_url" not in params:
        raise invalid("You must provide a `return_url` when confirming.", "return_url", "parameter_missing")
    redirect = {"return_url": params["return_url"], "url": f"{books.address}/3ds/{intent['id']}"}
    intent |= {
        "status": "requires_action",
        "last_payment_error": None,
        "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect},
    }
    books.emit("payment_intent.requires_action", intent)
    return intent


def _fail(books: Books, intent: Json, error: Json, kind: str = "card_error") -> Exception:
    """Record a decline, and return it as an answer."""
    method = books.objects[intent["payment_method"]]
    charge = _add_charge(books, intent, method, is_paid=False)
    charge |= {"failure_code": error["code"], "failure_message": error["message"]}
    intent |= {
        "status": "requires_payment_method",
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": None,
        "last_payment_error": {"type": kind, "charge": charge["id"], "payment_method": method} | error,
    }
    books.emit("payment_intent.payment_failed", intent)
    return card_error(intent, {"charge": charge["id"]} | error)


def _add_charge(books: Books, intent: Json, method: Json, *, is_paid: bool) -> Json:
    outcome = {"type": "authorized" if is_paid else "issuer_declined", "reason": None, "seller_message": None}
    return books.add(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if is_paid else 0,
        amount_refunded=0,
        balance_transaction=None,
        billing_details=method["billing_details"],
        captured=is_paid,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_code=None,
        failure_message=None,
        livemode=False,
        metadata=intent["metadata"],
        outcome=outcome | {"network_status": "approved_by_network", "risk_level": "normal"},
        paid=is_paid,
        payment_intent=intent["id"],
        payment_method=method["id"],
        refunded=False,
        status="succeeded" if is_paid else "failed",
    )
