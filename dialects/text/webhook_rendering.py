"""Endpoints and deliveries as clients read them."""

from typing import Any

from dialects.text.rendering import render_instant
from webhooks.models import Delivery, Endpoint, Sending


def render_endpoint(endpoint: Endpoint, secret: str | None = None) -> dict[str, Any]:
    """Return an endpoint; its secret only when it was just made."""
    return {
        "id": str(endpoint.public_id),
        "url": endpoint.url,
        "description": endpoint.description,
        "format": endpoint.format,
        "event_types": endpoint.event_types,
        "status": name_status(endpoint),
        "disabled_reason": endpoint.disabled_reason or None,
        "disabled_at": endpoint.disabled_at and render_instant(endpoint.disabled_at),
        "failing_since": endpoint.failing_since and render_instant(endpoint.failing_since),
        "created_at": render_instant(endpoint.created_at),
        **({} if secret is None else {"secret": secret}),
    }


def name_status(endpoint: Endpoint) -> str:
    """Return in one word how an endpoint does."""
    if endpoint.disabled_at is not None:
        return "disabled"
    return "active" if endpoint.failing_since is None else "failing"


def render_delivery(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery by the id of its event, with each request that carried it."""
    return {
        "id": delivery.event.public_id,
        "type": delivery.event.type,
        "object_id": str(delivery.object_id),
        "sequence": delivery.sequence,
        "status": delivery.name_status(),
        "next_attempt_at": delivery.due_at and render_instant(delivery.due_at),
        "attempts": [render_sending(each) for each in delivery.sendings.all()],
        "created_at": render_instant(delivery.created_at),
    }


def render_sending(sending: Sending) -> dict[str, Any]:
    """Return one request and what came of it; the latency is in milliseconds."""
    return {
        "number": sending.number,
        "sent_at": render_instant(sending.sent_at),
        "latency_ms": sending.latency_ms,
        "status_code": sending.status_code,
        "trouble": sending.trouble or None,
        "answer": sending.answer or None,
    }
