"""A Model Context Protocol server whose tools call a deployment's Text dialect; needs the extra `mcp`."""

from typing import Any

import httpx2
from fastmcp import FastMCP
from mcp_types import ToolAnnotations

from dialects.openapi import Schema

TIMEOUT_SECONDS = 30
INSTRUCTIONS = (
    "Charges, subscriptions, refunds, payouts, statements and events of a billing server. Amounts are in the"
    " smallest unit of the currency, such as cents; instants are UTC. Lists have at most 20 entries; `page`"
    " leads to older ones."
)


def build_server(document: Schema, *, url: str, token: str) -> "FastMCP[Any]":
    """Return the server; each operation of the document is a tool, called with this access token."""
    client = httpx2.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS, trust_env=False
    )
    return FastMCP.from_openapi(
        document,
        client,
        name="Billing",
        instructions=INSTRUCTIONS,
        mcp_component_fn=_say_what_changes,
        validate_output=False,  # A newer deployment may answer fields that this document does not have.
    )


def _say_what_changes(route: Any, component: Any) -> None:
    """Tell the assistant's program which tools only read, so that it may ask a person before the others."""
    reads = route.method == "GET"
    component.annotations = ToolAnnotations(
        readOnlyHint=reads, destructiveHint=not reads, openWorldHint=False
    )
