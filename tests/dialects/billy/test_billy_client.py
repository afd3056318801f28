"""billy-client as it is published, against a live server."""

import pytest

from tests.clients import run_client

PROGRAM = "tests/dialects/billy/billy_client_program.py"


@pytest.mark.clients
def test_every_call_of_the_client_that_is_offered_here_works(live_server):
    shown = run_client(PROGRAM, live_server.url)
    assert shown.pop("unknown") is True
    assert shown.pop("refund of an invoice") is True
    (canceled,) = shown.pop("canceled")
    assert canceled["canceled"] is True
    counts = {name: len(records) for name, records in shown.items()}
    assert counts == {
        "company": 2,
        "customer": 3,
        "plan": 3,
        "credit": 2,
        "subscription": 3,
        "customer's subscriptions": 1,
        "plan's subscriptions": 1,
        "plan's customers": 1,
        "invoices": 5,
        "transactions": 6,
    }
    for records in shown.values():
        assert all(record == records[0] for record in records)
    assert shown["customer"][0]["external_id"] == "/v1/customers/CU1"
    assert shown["subscription"][0]["payment_uri"] == "/v1/marketplaces/MP1/cards/CC1"
    assert (shown["invoices"][0]["status"], shown["transactions"][0]["status"]) == ("settled", "done")
