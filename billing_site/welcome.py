"""What `manage.py run` tells when everything runs."""

import json
from textwrap import dedent
from typing import Any


def text(base_url: str, demo: dict[str, Any] | None) -> str:
    """The pages, and with a demo its log-ins and a first request to try."""
    pages = dedent(f"""
        ready    {base_url}
        admin    {base_url}/admin/
        docs     {base_url}/docs/
    """)
    return f"{pages}{_demo(base_url, demo) if demo else ''}\nCtrl-C stops everything.\n"


def _demo(base_url: str, demo: dict[str, Any]) -> str:
    charge = {
        "name": "100 extra reports",
        "price": 1500,
        "quantity": 1,
        "return_url": "https://seller.example/thanks",
        "test": False,
    }
    return dedent(f"""
        log in as
          staff   {demo["staff"]["username"]} / {demo["staff"]["password"]}  (admin)
          buyer   {demo["buyer"]["email"]} / {demo["buyer"]["password"]}  (hosted page)
          seller  {demo["seller"]["email"]} / {demo["seller"]["password"]}
          (manage.py demo --json prints these and all tokens)

        ask the buyer for money, then open the confirmation_url of the answer to accept it as the buyer
          curl -X POST {base_url}/v1/direct_charge \\
            -H 'Authorization: Bearer {demo["buyer"]["access_token"]}' \\
            -H 'Content-Type: application/json' \\
            -d '{json.dumps(charge)}'
    """)
