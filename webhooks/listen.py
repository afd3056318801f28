"""Follow the feed of a running server and forward each event to a program on the developer's own machine."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import requests

from core import clock
from webhooks.secrets import sign

TIMEOUT = 15


class FeedRefused(Exception):
    """The server does not let this token read the feed; the message is the server's."""


def follow_feed(server: str, *, token: str, pause: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """Yield events from now on, for ever; `pause` is called when there is none. Raises FeedRefused.

    A server that cannot be reached is asked again.
    """
    cursor = "latest"
    while True:
        page = _read_page(server, token, cursor)
        yield from page["result"]
        cursor = page["cursor"] or cursor
        if not page["result"]:
            pause()


def forward_event(event: dict[str, Any], url: str, *, secret: str) -> str:
    """Send an event as a webhook and return in a few words what was answered."""
    body, at = json.dumps(event, separators=(",", ":")), clock.now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event["id"],
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(body, secrets=[secret], message_id=event["id"], at=at),
        "webhook-attempt": "1",
        "webhook-sequence": str(event["sequence"]),
    }
    try:
        answer = requests.post(
            url, data=body.encode(), headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        return type(error).__name__
    return str(answer.status_code)


def _read_page(server: str, token: str, cursor: str) -> dict[str, Any]:
    try:
        answer = requests.get(
            f"{server}/v3/events",
            params={"after": cursor},
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
        )
    except requests.RequestException:
        return {"result": [], "cursor": ""}
    if answer.status_code in (400, 401, 403, 404):
        raise FeedRefused(answer.json()["error"]["message"])
    page: dict[str, Any] = answer.json() if answer.ok else {"result": [], "cursor": ""}
    return page
