"""Customers, payment methods and Checkout sessions of the stand-in."""

import copy
import secrets

from tests.gateway.stripe_stand_in.books import Books, show_list
from tests.gateway.stripe_stand_in.failures import Json, invalid

PLAIN_SESSION = {
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "custom_fields": [],
    "custom_text": dict.fromkeys(
        ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    ),
    "livemode": False,
    "metadata": {},
    "mode": "setup",
    "payment_status": "no_payment_required",
    "shipping_options": [],
    "ui_mode": "hosted_page",
}


def create_customer(books: Books, params: Json) -> Json:
    """Open a record of a customer."""
    return books.add(
        "cus",
        "customer",
        email=params.get("email"),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        livemode=False,
        metadata=params.get("metadata", {}),
    )


def retrieve_customer(books: Books, params: Json, name: str) -> Json:
    """Return a customer, or of one that was deleted that it was."""
    if name in books.deleted:
        return {"id": name, "object": "customer", "deleted": True}
    return books.get(name, "customer")


def update_customer(books: Books, params: Json, name: str) -> Json:
    """Choose a customer's default payment method."""
    customer = books.get(name, "customer")
    customer["invoice_settings"] |= params.get("invoice_settings", {})
    return customer


def retrieve_method(books: Books, params: Json, name: str) -> Json:
    """Return a payment method."""
    return books.get(name, "payment_method")


def attach_method(books: Books, params: Json, name: str) -> Json:
    """Give a payment method to a customer."""
    method = books.find_method(name, "id")
    method["customer"] = books.get(params["customer"], "customer", "customer")["id"]
    books.emit("payment_method.attached", method)
    return method


def detach_method(books: Books, params: Json, name: str) -> Json:
    """Take a payment method away from its customer, for good."""
    method = books.get(name, "payment_method")
    if method["customer"] is None:
        raise invalid("The payment method is not attached to a customer.", "payment_method", "")
    before, method["customer"] = method["customer"], None
    books.detached.add(name)
    books.emit("payment_method.detached", method, {"customer": before})
    return method


def update_method(books: Books, params: Json, name: str) -> Json:
    """Renew a card's expiry, as banks do by themselves."""
    method = books.get(name, "payment_method")
    method["card"] |= {key: int(value) for key, value in params.get("card", {}).items()}
    books.emit("payment_method.automatically_updated", method)
    return method


def find_methods(books: Books, params: Json) -> Json:
    """List a customer's payment methods."""
    found = (
        each
        for each in books.every("payment_method")
        if each["customer"] == params["customer"] and each["type"] == params.get("type", each["type"])
    )
    return show_list(found, params, "/v1/payment_methods")


def create_session(books: Books, params: Json) -> Json:
    """Open a page of Checkout on which a card is entered."""
    if params.get("mode") != "setup":
        raise invalid("The stand-in has only setup.", "mode")
    customer = books.get(params["customer"], "customer", "customer")["id"]
    types = params.get("payment_method_types", ["card"])
    setup = books.add(
        "seti",
        "setup_intent",
        customer=customer,
        last_setup_error=None,
        livemode=False,
        metadata={},
        payment_method=None,
        payment_method_types=types,
        status="requires_payment_method",
        usage="off_session",
    )
    name = f"cs_test_{secrets.token_hex(24)}"
    books.objects[name] = {
        "id": name,
        "object": "checkout.session",
        "cancel_url": params.get("cancel_url"),
        "created": books.now(),
        "currency": params.get("currency"),
        "customer": customer,
        "expires_at": books.now() + 86_400,
        "payment_method_types": types,
        "setup_intent": setup["id"],
        "status": "open",
        "success_url": params["success_url"],
        "url": f"{books.address}/c/pay/{name}",
    } | copy.deepcopy(PLAIN_SESSION)
    return books.objects[name]


def retrieve_session(books: Books, params: Json, name: str) -> Json:
    """Return a session, expired when its time is over."""
    session = books.get(name, "checkout.session")
    if session["status"] == "open" and books.now() >= session["expires_at"]:
        session |= {"status": "expired", "url": None}
    return session


def enter_card(books: Books, name: str, card: str) -> str:
    """Do what the buyer does on the page: enter a test card. Returns where to go from there."""
    session = retrieve_session(books, {}, name)
    if session["status"] == "open":
        method = books.find_method(card)
        method["customer"] = session["customer"]
        setup = books.objects[session["setup_intent"]]
        setup |= {"payment_method": method["id"], "status": "succeeded"}
        session |= {"status": "complete", "url": None}
        books.emit("setup_intent.succeeded", setup)
        books.emit("checkout.session.completed", session)
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", name)
