"""Disputes of the stand-in: opened by a test card, decided by the words of the evidence as at Stripe."""

from datetime import timedelta

from tests.gateway.stripe_stand_in.books import DISPUTE_FEE, Books, show_list
from tests.gateway.stripe_stand_in.failures import Json

ANSWER_WITHIN = timedelta(days=9)
DECISIONS = {"winning_evidence": "won", "losing_evidence": "lost"}


def open_dispute(books: Books, charge: Json) -> Json:
    """Take a capture back, with a fee."""
    charge["disputed"] = True
    due_by = books.now() + int(ANSWER_WITHIN.total_seconds())
    dispute = books.add(
        "dp",
        "dispute",
        amount=charge["amount"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence={"enhanced_evidence": {}},
        evidence_details={
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
        livemode=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    taken = books.book("adjustment", -charge["amount"], dispute, fee=DISPUTE_FEE, category="dispute")
    dispute["balance_transactions"].append(taken)
    books.emit("charge.dispute.created", dispute)
    return dispute


def retrieve(books: Books, params: Json, name: str) -> Json:
    """Return a dispute."""
    return books.get(name, "dispute")


def find(books: Books, params: Json) -> Json:
    """List the disputes that were opened since a time."""
    since = int(params.get("created", {}).get("gte", 0))
    found = (each for each in books.every("dispute") if each["created"] >= since)
    return show_list(found, params, "/v1/disputes")


def update(books: Books, params: Json, name: str) -> Json:
    """Hand in evidence, whose words decide."""
    dispute = books.get(name, "dispute")
    words = params.get("evidence", {}).get("uncategorized_text", "")
    if words in DECISIONS:
        dispute["status"] = DECISIONS[words]
        if dispute["status"] == "won":
            back = books.book("adjustment", dispute["amount"], dispute, category="dispute_reversal")
            dispute["balance_transactions"].append(back)
        books.emit("charge.dispute.closed", dispute)
    return dispute
