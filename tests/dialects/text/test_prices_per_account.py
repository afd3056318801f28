"""What a client is told when the price for all accounts is more than one charge can ask for."""

import pytest

from operations.factories import AccountFactory
from tests.dialects.text.world import call

pytestmark = pytest.mark.django_db
PATH = "/v3/recurrent_charge/livechat"
BODY = {
    "name": "Monthly app",
    "price": 50_000_000,
    "per_account": True,
    "return_url": "https://seller.example/back",
}


def test_at_creation_the_price_is_refused(world):
    AccountFactory(organization=world.buyer)
    response = call("POST", PATH, world.token(), body=BODY)
    assert response.status_code == 400
    reason = "of 500,000.00 USD for each of 2 accounts is too high for one charge"
    assert response.json()["error"] == {
        "type": "validation",
        "message": f"price: {reason}",
        "details": {"price": reason},
    }


def test_at_acceptance_nothing_is_accepted(world):
    made = call("POST", PATH, world.token(), body=BODY)
    assert made.status_code == 201
    AccountFactory(organization=world.buyer)
    path = f"{PATH}/{made.json()['id']}"
    refused = call("PUT", f"{path}/accept", world.token(app=world.marketplace))
    assert refused.status_code == 422
    assert refused.json()["error"]["type"] == "validation"
    assert "2 accounts at 500,000.00 USD each" in refused.json()["error"]["message"]
    assert call("GET", path, world.token()).json()["status"] == "pending"
