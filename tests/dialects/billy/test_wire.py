"""Each file in wire/ is an example of the published reference: who asks what, and the exact answer.

Only guids, keys, processor references and instants differ from run to run.
"""

import json
import re
from pathlib import Path

import pytest

from tests.dialects.billy.world import Company, call, ok

FIXTURES = sorted((Path(__file__).parent / "wire").glob("*.json"))
CARD = "/v1/marketplaces/TEST-MP1/cards/CC1"
MASKS = {
    r'"(CP|CU|PL|SU|TX)[1-9A-HJ-NP-Za-km-z]{21,22}"': r'"<\1>"',
    r'"[1-9A-HJ-NP-Za-km-z]{43,44}"': '"<key>"',
    r'"sbx_[0-9a-f]{24}"': '"<reference>"',
    r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?"': '"<instant>"',
}


def mask(content: object) -> str:
    """As text, so that 1 is not true and "1" is not 1; the order of keys does not count."""
    text = json.dumps(content, indent=2, sort_keys=True)
    for pattern, word in MASKS.items():
        text = re.sub(pattern, word, text)
    return text


def furnish(company: Company, given: list[str]) -> dict[str, str]:
    guids = {"company": company.guid}
    if "plan" in given:
        guids["plan"] = company.plan(amount=500, frequency="monthly")["guid"]
    if "customer" in given:
        guids["customer"] = company.customer()["guid"]
    if "subscription" in given:
        wanted = {"plan_guid": guids["plan"], "customer_guid": guids["customer"], "payment_uri": CARD}
        guids["subscription"] = ok(company.post("subscriptions", wanted))["guid"]
        guids["transaction"] = company.items("transactions")[0]["guid"]
    return guids


def test_every_example_is_here():
    assert len(FIXTURES) == 16


@pytest.mark.slow
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_answer_is_the_one_written_down(company, path):
    exchange = json.loads(path.read_text())
    guids, asked = furnish(company, exchange["given"]), exchange["request"]
    parameters = {name: text.format(**guids) for name, text in asked.get("parameters", {}).items()}
    key = None if asked["path"] == "/v1/companies" else company.key
    response = call(asked["method"], asked["path"].format(**guids), key, parameters)
    assert response.status_code == exchange["status"]
    assert mask(ok(response)) == mask(exchange["body"])
