"""The message of `manage.py run` once everything runs."""

from textwrap import dedent
from typing import Any


def text(
    base_url: str, demo: dict[str, Any] | None, *, gateway: str, log: str, has_mailbox: bool = False
) -> str:
    """The pages and the log, and with a demo a charge to accept, paid at the gateway named."""
    pages = dedent(f"""
        ready    {base_url}
        admin    {base_url}/admin/
        console  {base_url}/console/
        docs     {base_url}/docs/
        log      {log}
    """) + (f"mailbox  {base_url}/mailbox/\n" if has_mailbox else "")
    return f"{pages}{_demo(base_url, demo, gateway) if demo else ''}\nCtrl-C stops everything.\n"


def _demo(base_url: str, demo: dict[str, Any], gateway: str) -> str:
    charge = demo["first_charge"]
    address = f"{base_url}/v2/direct_charge/livechat/{charge['id']}"
    header = f"-H 'Authorization: Bearer {demo['buyer']['access_token']}'"
    # The demo's cards are the sandbox's.
    decide = "accept" if gateway == "sandbox" else f"add a card at {gateway} (test mode) and accept"
    return dedent(f"""
        A charge waits for the demo buyer. Open it, log in as the buyer and {decide}:
          {charge["page"]}

        Then start the collection, as the seller's app would; seconds later its status is success:
          curl -X PUT {address}/activate {header}
          curl {address} {header}

        Log in as
          buyer   {demo["buyer"]["email"]} / {demo["buyer"]["password"]}  (hosted pages)
          seller  {demo["seller"]["email"]} / {demo["seller"]["password"]}  (console)
          staff   {demo["staff"]["username"]} / {demo["staff"]["password"]}  (admin)
        All tokens: manage.py demo --json
    """)
