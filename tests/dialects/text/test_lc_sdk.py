"""lc-sdk-python as it is published, against a live server."""

import pytest

from tests.clients import run_client

PROGRAM = "tests/dialects/text/lc_sdk_program.py"


@pytest.mark.clients
def test_every_call_of_the_sdk_gets_the_answer_that_it_documents(world, live_server):
    token = world.token(scopes="billing_manage ledger_read")
    answers = {name: rest for name, *rest in run_client(PROGRAM, live_server.url, token)}
    assert len(answers) == 27
    assert answers.pop("create direct") == [201, "pending"]
    assert answers.pop("create recurrent") == [201, "pending"]
    assert answers.pop("activate direct") == [422, None]  # Nobody has accepted it.
    assert {status for status, _ in answers.values()} == {200}
    shown = {name: status for name, (_, status) in answers.items() if status}
    assert shown == {
        "get direct": "pending",
        "get recurrent": "pending",
        "accept recurrent": "accepted",
        "activate recurrent": "active",
        "cancel recurrent": "cancelled",
        "decline recurrent": "declined",
    }
