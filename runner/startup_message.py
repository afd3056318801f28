"""The message of `manage.py run` once everything runs."""

import json
from textwrap import dedent
from typing import Any


def text(base_url: str, demo: dict[str, Any] | None, *, gateway: str, has_mailbox: bool = False) -> str:
    """The pages, and with a demo its log-ins and a first request to try, paid at the gateway named."""
    pages = dedent(f"""
        ready    {base_url}
        admin    {base_url}/admin/
        docs     {base_url}/docs/
    """) + (f"mailbox  {base_url}/mailbox/\n" if has_mailbox else "")
    return f"{pages}{_demo(base_url, demo, gateway) if demo else ''}\nCtrl-C stops everything.\n"


def _demo(base_url: str, demo: dict[str, Any], gateway: str) -> str:
    # A real app has a page of its own to return to; here the buyer's account is a page that exists.
    charge = {"name": "Extension", "price": 100, "quantity": 2, "return_url": f"{base_url}/account/"}
    token = demo["buyer"]["access_token"]
    # The demo's cards are the sandbox's.
    decide = "accept" if gateway == "sandbox" else f"add a card at {gateway} (test mode) and accept"
    return dedent(f"""
        log in as
          staff   {demo["staff"]["username"]} / {demo["staff"]["password"]}  (admin)
          buyer   {demo["buyer"]["email"]} / {demo["buyer"]["password"]}  (hosted page)
          seller  {demo["seller"]["email"]} / {demo["seller"]["password"]}
          (manage.py demo --json prints these and all tokens)

        ask the buyer for money, then open the confirmation_url of the answer and {decide} as the buyer
          curl {base_url}/v2/direct_charge/livechat \\
            -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \\
            -d '{json.dumps(charge)}'
        with the id you come back with, start the collection; some seconds later it is a success
          curl -X PUT {base_url}/v2/direct_charge/livechat/ID/activate -H 'Authorization: Bearer {token}'
          curl {base_url}/v2/direct_charge/livechat/ID -H 'Authorization: Bearer {token}'
    """)
