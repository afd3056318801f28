"""Each file in wire/ is one exchange: who asks what, and the exact answer but for ids and times."""

import json
from pathlib import Path

import pytest

from tests.dialects.text.world import call, mask
from tests.module_rows import rows_of_module

FIXTURES = sorted((Path(__file__).parent / "wire").glob("*.json"))
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tokens(request, _world_of_module):
    with rows_of_module(request, _world_of_module.tokens) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_answer_is_the_one_written_down(world, tokens, path):
    exchange = json.loads(path.read_text())
    charge = make_given(world, **exchange["given"]) if exchange["given"] else None
    asked = exchange["request"]
    response = call(
        asked["method"],
        asked["path"].format(charge=charge and charge.public_id),
        tokens[asked["as"]],
        body=asked.get("body", b""),
        content_type=asked.get("content_type", "application/json"),
        **asked.get("headers", {}),
    )
    assert response.headers["Content-Type"] == "application/json"
    assert response.status_code == exchange["status"]
    # As text, so that 1 is not true, "1" is not 1, and the order of the keys counts.
    assert mask(json.dumps(response.json(), indent=2)) == json.dumps(exchange["body"], indent=2)


def make_given(world, kind="direct", **fields):
    return {"direct": world.charge, "recurrent": world.subscription}[kind](**fields)
