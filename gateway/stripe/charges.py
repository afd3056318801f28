"""Charges as payment intents: made unconfirmed, which moves nothing, then confirmed, looked up, cancelled.

A cancelled intent can never be charged. That is the fence; idempotency keys only spare a second try.
"""

import hashlib
from datetime import timedelta

from gateway.base import NotSent
from gateway.movements import Answer, Movement, Verdict
from gateway.stripe.amounts import Unpayable
from gateway.stripe.answers import answer_intent, decline
from gateway.stripe.api import Api, Json
from gateway.stripe.errors import Refused
from gateway.stripe.parameters import say_how_much, say_what_for
from gateway.stripe.repeating import send_once
from gateway.stripe.sources import Source, find_source

CLOCKS_APART = timedelta(minutes=5)
EXPAND = ["latest_charge.balance_transaction"]
UNACCEPTABLE = frozenset(("amount_too_small", "amount_too_large"))


class Declined(Exception):
    """A charge that Stripe cannot take; there is no intent."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.message)
        self.answer = answer


def prepare_charge(api: Api, movement: Movement) -> str:
    """Make the intent of a charge and return its id; an empty one where `confirm_charge` will decline."""
    try:
        return str(_create_intent(api, movement)["id"])
    except Declined:
        return ""


def confirm_charge(api: Api, movement: Movement) -> Answer:
    """Charge a prepared intent, with the buyer present if there is a `return_url`."""
    if not movement.reference:
        return _decline_unprepared(api, movement)
    if movement.return_url:
        return _confirm_with_buyer(api, movement)
    intent = send_once(
        f"{movement.key}:confirm",
        lambda key: _confirm(api, movement, {"off_session": True}, key),
        lambda: _unless_confirmable(_retrieve(api, movement.reference)),
    )
    return answer_intent(intent)


def find_charge(api: Api, movement: Movement) -> Answer:
    """Say what became of a charge. Without a reference it was never confirmed."""
    if movement.reference:
        return answer_intent(_retrieve(api, movement.reference))
    orphan = next(iter(_find_orphans(api, movement)), None)
    return answer_intent(orphan) if orphan else Answer(Verdict.NOT_FOUND, movement.key)


def cancel_charge(api: Api, movement: Movement) -> Answer:
    """Cancel the intent of a charge, or say what it has come to."""
    if movement.reference:
        return answer_intent(_cancel(api, movement.reference))
    answers = [answer_intent(_cancel(api, orphan["id"])) for orphan in _find_orphans(api, movement)]
    return answers[0] if answers else Answer(Verdict.VOID, movement.key)


def _create_intent(api: Api, movement: Movement) -> Json:
    """Make an unconfirmed intent. Raises Declined or GatewayError."""
    try:
        params = say_how_much(movement) | say_what_for(movement)
    except Unpayable as exc:
        raise _decline(movement, "amount_not_supported", str(exc)) from None
    source = find_source(api, movement.token)
    if source is None:
        raise _decline(movement, "invalid_source", "Stripe knows no such card or bank account.")
    params |= {
        "customer": source.customer,
        "payment_method": source.payment_method,
        "payment_method_types": [source.type],
        "capture_method": "automatic",  # By default Stripe tells its fee some time later.
    }
    try:
        return api.call("payment_intents.create", params=params, key=f"{movement.key}:create")
    except Refused as refused:
        if _is_final(api, refused, source):
            raise Declined(decline(movement, refused.details, hard=True)) from None
        raise


def _is_final(api: Api, refused: Refused, source: Source) -> bool:
    """Say whether no later try can be taken either: for this amount, this currency, or a card that is gone.

    A customer of whom Stripe never knew raises Refused: the key may be that of another account.
    """
    if refused.param in ("payment_method", "customer"):
        customer = api.call("customers.retrieve", source.customer)
        return refused.param == "payment_method" or bool(customer.get("deleted"))
    return refused.code in UNACCEPTABLE or refused.param == "currency"


def _decline(movement: Movement, code: str, message: str) -> Declined:
    return Declined(decline(movement, {"code": code, "message": message}, hard=True))


def _decline_unprepared(api: Api, movement: Movement) -> Answer:
    try:
        _create_intent(api, movement)
    except Declined as declined:
        return declined.answer
    raise NotSent("The charge must be prepared first.")


def _confirm(api: Api, movement: Movement, params: Json, key: str) -> Json:
    try:
        params = {"expand": EXPAND} | params
        return api.call("payment_intents.confirm", movement.reference, params=params, key=key)
    except Refused as refused:
        if refused.status == 402 and refused.details.get("payment_intent"):
            declined: Json = refused.details["payment_intent"]
            return declined
        if refused.code == "payment_intent_unexpected_state":  # It is past being confirmed.
            return _retrieve(api, movement.reference)
        raise


def _confirm_with_buyer(api: Api, movement: Movement) -> Answer:
    """Confirm unless the buyer is already asked to; a page that is opened twice leads to the same place."""
    intent = _retrieve(api, movement.reference)
    answer = answer_intent(intent)
    if not _is_confirmable(answer, with_buyer=True):
        return answer
    failed_with = (intent["last_payment_error"] or {}).get("payment_method") or {}
    params = {
        "payment_method": intent["payment_method"] or failed_with["id"],
        "return_url": movement.return_url,
    }
    page = hashlib.sha256(movement.return_url.encode()).hexdigest()[:16]
    send_once(
        f"{movement.key}:buyer:{page}",
        lambda key: _confirm(api, movement, params, key),
        lambda: _unless_confirmable(_retrieve(api, movement.reference), with_buyer=True),
    )
    # What came may be the answer to an earlier request with this key.
    return answer_intent(_retrieve(api, movement.reference))


def _unless_confirmable(intent: Json, *, with_buyer: bool = False) -> Json | None:
    return None if _is_confirmable(answer_intent(intent), with_buyer=with_buyer) else intent


def _is_confirmable(answer: Answer, *, with_buyer: bool) -> bool:
    """Say whether an intent was not confirmed yet, or only without the buyer, who is present now."""
    if answer.verdict == Verdict.NEEDS_BUYER:
        return with_buyer and not answer.buyer_url
    return answer.verdict == Verdict.NOT_FOUND


def _retrieve(api: Api, reference: str) -> Json:
    return api.call("payment_intents.retrieve", reference, params={"expand": EXPAND})


def _cancel(api: Api, reference: str) -> Json:
    try:
        return api.call("payment_intents.cancel", reference)
    except Refused as refused:
        if refused.code != "payment_intent_unexpected_state":
            raise
        return _retrieve(api, reference)


def _find_orphans(api: Api, movement: Movement) -> list[Json]:
    """Return the intents of a charge whose reference was lost before it was committed; mostly none."""
    source = find_source(api, movement.token)
    if source is None:
        return []
    since = int((movement.sent_at - CLOCKS_APART).timestamp())
    params = {"customer": source.customer, "created": {"gte": since}}
    found = api.list_all("payment_intents.list", params=params)
    return [intent for intent in found if intent["metadata"].get("attempt") == movement.key]
