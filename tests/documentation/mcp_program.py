"""An assistant's program on fastmcp's own client; it runs where the extra is installed, not under pytest.

Usage: mcp_program.py ADDRESS TOKEN CHARGE_ID. It writes what it saw as JSON.
"""

import asyncio
import json
import os
import sys

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

NEW = {
    "name": "Extension",
    "price": 100,
    "quantity": 2,
    "return_url": None,
    "product": "livechat",
    "test": True,
}
READ, CREATE = "v3_direct_charge_retrieve", "v3_direct_charge_create"


def start(address, token, *options):
    """Return a client that starts the server as an assistant does."""
    arguments = ["manage.py", "mcp", "--url", address, *options]
    environment = os.environ | {"BILLING_TOKEN": token}
    return Client(StdioTransport(sys.executable, arguments, env=environment, keep_alive=False))


async def main(address, token, charge_id):
    """Use the tools that read, one that writes, and a token that opens nothing."""
    one = {"product": "livechat", "charge_id": charge_id}
    async with start(address, token) as client:
        tools = await client.list_tools()
        seen = {
            "tools": {tool.name: tool.annotations.read_only_hint for tool in tools},
            "charge": (await client.call_tool(READ, one)).structured_content,
            "writes by default": await refuse(client, CREATE, NEW | {"Idempotency-Key": "1"}),
        }
    async with start(address, token, "--allow-writes") as client:
        seen["all tools"] = {
            tool.name: tool.input_schema.get("required", []) for tool in await client.list_tools()
        }
        made = [await client.call_tool(CREATE, NEW | {"Idempotency-Key": "1"}) for _ in range(2)]
        seen["made"] = [each.structured_content for each in made]
    async with start(address, "made-up") as client:
        seen["bad token"] = await refuse(client, READ, one)
    sys.stdout.write(json.dumps(seen))


async def refuse(client, name, arguments):
    """Call a tool and return what it is refused with."""
    answer = await client.call_tool(name, arguments, raise_on_error=False)
    return answer.is_error and answer.content[0].text


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
