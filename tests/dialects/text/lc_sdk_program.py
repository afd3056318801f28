"""A seller's program on lc-sdk-python as published; it runs in an environment of its own, not under pytest.

Usage: lc_sdk_program.py ADDRESS TOKEN. It writes what was answered to each step as JSON.
"""

import json
import sys

from livechat.billing import BillingApi

STATUSES = ("pending", "accepted", "active", "declined", "processed", "failed", "success")
RETURN_URL = "https://seller.example/back"


def main(address, token):
    """Ask for everything that the SDK can ask for."""
    api = BillingApi.get_client(f"Bearer {token}", disable_logging=True)
    api.api_url = f"{address}/v1"  # The SDK knows https only.
    steps = [*use_direct_charges(api), *use_recurrent_charges(api)]
    steps += [("ledger", api.get_ledger()), ("balance", api.get_ledger_balance())]
    answers = [(name, answer.status_code, answer.json().get("status")) for name, answer in steps]
    sys.stdout.write(json.dumps(answers))


def use_direct_charges(api):
    created = api.create_direct_charge("Extension", 100, 2, RETURN_URL, test=True)
    charge_id = created.json()["id"]
    yield "create direct", created
    yield "get direct", api.get_direct_charge(charge_id)
    for status in (None, *STATUSES):
        yield f"list direct {status}", api.list_direct_charges(status=status)
    yield "activate direct", api.activate_direct_charge(charge_id)


def use_recurrent_charges(api):
    created = api.create_recurrent_charge("Monthly app", 1900, RETURN_URL, trial_days=14, test=True)
    charge_id = created.json()["id"]
    yield "create recurrent", created
    yield "get recurrent", api.get_recurrent_charge(charge_id)
    for status in (None, *STATUSES):
        yield f"list recurrent {status}", api.list_recurrent_charges(status=status)
    yield "accept recurrent", api.accept_recurrent_charge(charge_id)
    yield "activate recurrent", api.activate_recurrent_charge(charge_id)
    yield "cancel recurrent", api.cancel_recurrent_charge(charge_id)
    other = api.create_recurrent_charge("Other app", 1900, RETURN_URL, test=True).json()["id"]
    yield "decline recurrent", api.decline_recurrent_charge(other)


if __name__ == "__main__":
    main(*sys.argv[1:])
