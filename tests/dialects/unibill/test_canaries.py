"""Card numbers, bank account numbers and security codes leave no trace, whatever becomes of a request."""

import json
import logging

import pytest

from charges.models import Attempt
from dialects.unibill.actions import ACTIONS
from dialects.unibill.urls import VIEWSETS
from tests.canaries import keeping_messages, read_database, read_folder, read_sandbox
from tests.dialects.unibill.shop import STANDARD, TYPES, Shop, write
from tests.dialects.unibill.test_tenants import write_path

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# No other number here has these digits, wherever it may come from.
CARDS = ("4000000000009995", "4000000000000101", "4000000000000150", "6011111111111117", "4916338506082832")
ACCOUNTS = ("77190551123", "4000000002")
CODES = ("7913", "8642")
REFUSED_EXPIRY, EXPIRY, ROUTING = "1399", "0432", "021000021"
FORGED_TRACK = ";6011111111111117=32041010000000000000?"
FORMS = {viewset.resource: viewset.forms for viewset in VIEWSETS}
CANARIES = [number.encode() for number in (*CARDS, *ACCOUNTS)]


@pytest.fixture
def broker(tmp_path):
    """The folder of messages to the workers, as in an installation without Redis."""
    with keeping_messages(tmp_path / "broker") as folder:
        yield folder


def list_bodies():
    """Every number in its place, with every outcome that the sandbox has, and with what is refused."""
    for number in CARDS:
        for accessory in (EXPIRY, REFUSED_EXPIRY):
            for code in CODES:
                yield {"accountNumber": number, "accountAccessory": accessory, "csc": code}
    for number in ACCOUNTS:
        for accessory in (ROUTING, "021000022"):
            yield {"type": "BC", "accountNumber": number, "accountAccessory": accessory, "csc": CODES[0]}
            yield {"accountNumber": number, "accountAccessory": accessory, "accountType": "BC"}
    yield {"accountNumber": CARDS[0], "accountAccessory": EXPIRY, "csc": CODES[0], "amount": "x"}
    yield {"accountNumber": CARDS[0], "accountAccessory": EXPIRY, "csc": f"{CODES[0]}{CODES[1]}"}
    yield {"accountNumber": f"{CARDS[0]}-{CARDS[1]}", "accountAccessory": EXPIRY}
    yield {"accountData": FORGED_TRACK}
    for field in ("note", "code", "holderName", "firstName", "email", "phone", "city", "planId", "token"):
        yield {field: CARDS[0]}


def furnish(shop):
    plan = shop.put("plans", **STANDARD)
    at = shop.add_customer()
    return {
        "plan_id": plan["id"],
        "customer_id": at.rpartition("/")[2],
        "payment_option_id": shop.put(
            f"{at}/payment-options", accountNumber="4111111111111111", accountAccessory=EXPIRY
        )["id"],
        "subscription_id": shop.put(f"{at}/subscriptions", planId=plan["id"])["id"],
        "transaction_id": shop.put(f"{at}/transactions", type="RI", amount=5)["id"],
    }


USUAL = {
    "plan": {"name": "P", "amount": "5"},
    "customer": {"firstName": "A", "lastName": "B"},
    "transaction": {"amount": "5"},
}


def takes_numbers(action) -> bool:
    """Whether the action's form has a field for the number of a card or of an account."""
    form = FORMS[action.resource].get(action.name)
    return bool(form) and "accountNumber" in form().fields


def push_everywhere(shop, every):
    """Send the bodies to the actions in every format; return the answers.

    Where they have the field of a number, an action that takes none gets a part, the next one the next.
    """
    ids = furnish(shop)
    for place, action in enumerate(ACTIONS):
        path = f"{write_path(action.resource, action.on, ids)}/~{action.name}"
        for number, body in enumerate(list_bodies()):
            in_its_place = "accountNumber" in body
            if in_its_place and not takes_numbers(action) and number % every != place % every:
                continue
            said = USUAL.get(action.resource.element, {}) | body
            how = tuple(TYPES)[number % 3]
            key = {"Idempotency_Key": f"key-{number}"} if number % 2 else {}
            written = write(said, action.resource.element, how)
            if action.method == "GET":
                yield shop.send("GET", f"{path}?{write(said, '', 'xurl')}", **key)
            else:
                yield shop.send(action.method, path, written, TYPES[how], **key)


@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.night)])
def test_nothing_that_is_kept_logged_queued_or_answered_holds_one(db, broker, caplog, capfd, every):
    """Four digits are found in many a number, so codes are looked for where one stands alone."""
    caplog.set_level(logging.DEBUG)
    shop = Shop()
    answers = [answer.content for answer in push_everywhere(shop, every)]
    statuses = {json.loads(content).get("failureCode") for content in answers if content[:1] == b"{"}
    assert {None, "E02", "E03", "F01"} <= statuses
    assert Attempt.objects.filter(state="declined").exists()
    written = capfd.readouterr()
    places = {
        "answers": b"\n".join(answers),
        "logs": caplog.text.encode(),
        "output": (written.out + written.err).encode(),
        "sandbox": read_sandbox().encode("latin-1"),
        "broker": read_folder(broker),
        "tables": read_database().encode(),
    }
    assert [name for name, content in places.items() if not content] in ([], ["output"])
    for name, content in places.items():
        for canary in CANARIES:
            assert canary not in content, (name, canary)
    kept = places["tables"].decode()
    for code in CODES:
        assert f'"{code}"' not in kept
        assert f"={code}" not in kept
        assert code not in kept.splitlines()
