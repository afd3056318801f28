"""Refunds and transfers of the stand-in."""

from tests.gateway.stripe_stand_in.books import Books, show_list
from tests.gateway.stripe_stand_in.failures import Json, invalid


def create(books: Books, params: Json) -> Json:
    """Give back (part of) a capture."""
    intent = books.get(params["payment_intent"], "payment_intent", "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid("This PaymentIntent does not have a successful charge to refund.", "payment_intent", "")
    charge = books.objects[intent["latest_charge"]]
    amount = int(params.get("amount", charge["amount"]))
    left = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise invalid("This charge has been charged back.", "", "charge_disputed")
    if not left:
        raise invalid("Charge has already been refunded.", "", "charge_already_refunded")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount ({left})", "amount", "")
    refund = books.add(
        "re",
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=params.get("metadata", {}),
        payment_intent=intent["id"],
        reason=None,
        receipt_number=None,
        status="succeeded",
    )
    refund["balance_transaction"] = books.book("refund", -amount, refund)["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    books.emit("refund.created", refund)
    if books.methods[charge["payment_method"]].refuses_refunds:
        refund["status"] = "pending"
        books.later(lambda: fail(books, refund, charge))
    return refund


def fail(books: Books, refund: Json, charge: Json) -> None:
    """The payer's bank sends a refund back."""
    back = books.book("refund_failure", refund["amount"], refund)
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    refund["failure_balance_transaction"] = back["id"]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    books.emit("refund.failed", refund)


def find(books: Books, params: Json) -> Json:
    """List the refunds of an intent."""
    books.get(params["payment_intent"], "payment_intent", "payment_intent")
    found = (each for each in books.every("refund") if each["payment_intent"] == params["payment_intent"])
    return show_list(found, params, "/v1/refunds")


def transfer(books: Books, params: Json) -> Json:
    """Send money to a connected account; every name is one but acct_unknown."""
    amount = int(params["amount"])
    if params["destination"] == "acct_unknown":
        raise invalid("No such destination: 'acct_unknown'", "destination", "resource_missing")
    if amount > books.balance(params["currency"]):
        raise invalid(
            "You have insufficient available funds in your Stripe account.", "", "balance_insufficient"
        )
    sent = books.add(
        "tr",
        "transfer",
        amount=amount,
        amount_reversed=0,
        balance_transaction=None,
        currency=params["currency"],
        description=params.get("description"),
        destination=params["destination"],
        livemode=False,
        metadata=params.get("metadata", {}),
        reversals={"object": "list", "data": [], "has_more": False, "url": "/v1/transfers/reversals"},
        reversed=False,
        transfer_group=params.get("transfer_group"),
    )
    sent["balance_transaction"] = books.book("transfer", -amount, sent)["id"]
    books.emit("transfer.created", sent)
    return sent


def find_transfers(books: Books, params: Json) -> Json:
    """List the transfers of a group."""
    found = (each for each in books.every("transfer") if each["transfer_group"] == params["transfer_group"])
    return show_list(found, params, "/v1/transfers")


def find_bookings(books: Books, params: Json) -> Json:
    """List what happened to the balance."""
    created = params.get("created", {})
    since, before = int(created.get("gte", 0)), int(created.get("lt", 2**40))
    found = (each for each in books.every("balance_transaction") if since <= each["created"] < before)
    return show_list(found, params, "/v1/balance_transactions")
