"""Refusals of the stand-in, in the shape of Stripe's."""

from typing import Any

Json = dict[str, Any]


class Failure(Exception):
    """An answer with an error; one of a request that was carried out is kept under its idempotency key."""

    def __init__(
        self, status: int, *, kind: str = "invalid_request_error", is_kept: bool = False, **more: Any
    ):
        super().__init__(more.get("message", ""))
        self.status = status
        self.is_kept = is_kept
        self.body: Json = {
            "error": {"type": kind} | {name: each for name, each in more.items() if each != ""}
        }


def missing(name: str, param: str, word: str = "object") -> Failure:
    """No such object."""
    message = f"No such {word}: '{name}'"
    # Of an object in the path Stripe says 404, of one in a parameter 400.
    return Failure(404 if param == "id" else 400, code="resource_missing", message=message, param=param)


def invalid(message: str, param: str, code: str = "parameter_invalid") -> Failure:
    """A parameter that cannot be."""
    return Failure(400, code=code, message=message, param=param)


def refuse_empty(params: Json) -> None:
    """Refuse parameters without a value, which Stripe takes for an attempt to unset them."""
    for name, value in params.items():
        if value == "":
            message = f"You passed an empty string for '{name}'. It cannot be unset."
            raise invalid(message, name, "parameter_invalid_empty")


def unexpected_state(intent: Json, act: str) -> Failure:
    """An intent that is past this."""
    message = f"You cannot {act} this PaymentIntent because it has a status of {intent['status']}."
    return Failure(400, code="payment_intent_unexpected_state", message=message, payment_intent=intent)


def card_error(intent: Json, error: Json) -> Failure:
    """A charge that was declined."""
    return Failure(402, kind="card_error", is_kept=True, **(error | {"payment_intent": intent}))
