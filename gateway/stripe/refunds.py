"""Refunds of payment intents, and transfers to connected accounts: neither can be taken back at Stripe."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from core import clock
from gateway.movements import Answer, Movement, Verdict
from gateway.stripe.amounts import Unpayable
from gateway.stripe.answers import answer_refund, answer_transfer, decline
from gateway.stripe.api import Api, Json
from gateway.stripe.errors import Refused
from gateway.stripe.parameters import say_how_much, say_what_for
from gateway.stripe.repeating import send_once

# A request that has not arrived by then never will: a sender lives for seconds.
NO_SENDER_LIVES = timedelta(hours=1)
# What Stripe says of a movement that cannot be, and whether it cannot be later either.
REFUSALS = {
    "charge_already_refunded": True,
    "charge_disputed": True,
    "charge_not_refundable": True,
    "resource_missing": True,
    "amount_too_small": True,
    "amount_too_large": True,
    "balance_insufficient": False,
    "insufficient_funds": False,
}


class Kind(NamedTuple):
    """How a kind of movement is sent, found in a list that Stripe keeps consistent, and read."""

    create: str
    list: str
    own_params: Callable[[Movement], Json]
    filters: Callable[[Movement], Json]
    answer: Callable[[Json], Answer]


REFUND = Kind(
    create="refunds.create",
    list="refunds.list",
    own_params=lambda movement: {"payment_intent": movement.token},
    filters=lambda movement: {"payment_intent": movement.token},
    answer=answer_refund,
)
TRANSFER = Kind(
    create="transfers.create",
    list="transfers.list",
    own_params=lambda movement: {
        "destination": movement.token,
        "transfer_group": movement.key,
        **say_what_for(movement),
    },
    filters=lambda movement: {"transfer_group": movement.key},
    answer=answer_transfer,
)


def refund(api: Api, movement: Movement) -> Answer:
    """Give back (part of) the capture of a payment intent."""
    if not movement.token.startswith("pi_"):
        return _refuse(movement, "unknown_capture", "Stripe knows no such payment.")
    return _send(api, movement, REFUND)


def transfer(api: Api, movement: Movement) -> Answer:
    """Send money from our balance to a connected account."""
    if not movement.token.startswith("acct_"):
        return _refuse(movement, "no_connected_account", "Stripe pays out to connected accounts only.")
    return _send(api, movement, TRANSFER)


def find_sent(api: Api, movement: Movement, kind: Kind) -> Answer:
    """Say what became of a refund or transfer."""
    sent = _find(api, movement, kind)
    return kind.answer(sent) if sent else Answer(Verdict.NOT_FOUND, movement.key)


def cancel_sent(api: Api, movement: Movement, kind: Kind) -> Answer:
    """Say what became of a refund or transfer, and that it is void once no sender of it can be alive."""
    answer = find_sent(api, movement, kind)
    if answer.verdict != Verdict.NOT_FOUND:
        return answer
    is_over = clock.now() - movement.sent_at > NO_SENDER_LIVES
    return Answer(Verdict.VOID if is_over else Verdict.PENDING, movement.key)


def _send(api: Api, movement: Movement, kind: Kind) -> Answer:
    try:
        amount = say_how_much(movement)
    except Unpayable as exc:
        return _refuse(movement, "amount_not_supported", str(exc))
    params = amount | kind.own_params(movement) | {"expand": ["balance_transaction"]}
    try:
        sent = send_once(
            movement.key,
            lambda key: api.call(kind.create, params=params, key=key),
            lambda: _find(api, movement, kind),
        )
    except Refused as refused:
        if refused.code not in REFUSALS and refused.param != "amount":
            raise
        return decline(movement, refused.details, hard=REFUSALS.get(refused.code, True))
    return kind.answer(sent)


def _find(api: Api, movement: Movement, kind: Kind) -> Json | None:
    params = kind.filters(movement) | {"expand": ["data.balance_transaction"]}
    try:
        listed = [*api.list_all(kind.list, params=params)]
    except Refused as refused:
        if refused.code == "resource_missing":
            return None
        raise
    return next((each for each in listed if each["metadata"].get("attempt") == movement.key), None)


def _refuse(movement: Movement, code: str, message: str) -> Answer:
    return decline(movement, {"code": code, "message": message}, hard=True)
