"""Requests of GoCardless that tell of events: who sent them, and what each event is about."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.gocardless.disputes import ABOUT_DISPUTES
from gateway.hints import ForgedHint, Hint, Subject

SIGNATURE = "webhook-signature"


def read_events(*, body: bytes, headers: Mapping[str, str], secret: str) -> list[Hint]:
    """Return what the events of a signed request are about. Raises ForgedHint.

    A request has no time in it: one that is sent again is known by the ids of its events.
    """
    if not secret or not _is_signed(body, headers.get(SIGNATURE, ""), secret):
        raise ForgedHint("The signature is not that of GOCARDLESS_WEBHOOK_SECRET.")
    try:
        events = json.loads(body)["events"]
        return [hint for event in events for hint in _read_event(event)]
    except (LookupError, TypeError, AttributeError, ValueError) as exc:
        raise ForgedHint("The events cannot be read.") from exc


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def _read_event(event: dict[str, Any]) -> Iterator[Hint]:
    """Return what to ask about; nothing for an event of no concern to us."""
    kind, action, links, name = event["resource_type"], event["action"], event["links"], event["id"]
    if kind == "payments" and action in ABOUT_DISPUTES:
        yield Hint(name, Subject.DISPUTE, links["payment"])
    elif kind == "payments":
        yield Hint(name, Subject.MOVEMENT, links["payment"])
        if action == "failed":
            # It may have been confirmed before. An event id is stored once, so this one gets its own.
            yield Hint(f"{name}:dispute", Subject.DISPUTE, links["payment"])
    elif kind == "refunds":
        yield Hint(name, Subject.MOVEMENT, links["refund"])
    elif kind == "mandates":
        yield Hint(name, Subject.CARD, links["mandate"])
