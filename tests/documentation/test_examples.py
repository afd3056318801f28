"""The commands of the guides work with the real curl, and answer what stands below them."""

import json
import os
import re
import subprocess

import pytest

from access.api_keys import issue_api_key
from documentation.contents import FOLDER
from operations.factories import MerchantFactory, ServiceUserFactory
from tests.access.oauth.flow import CHALLENGE, SECRET, VERIFIER, ClientFactory, get_code, get_tokens
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import World
from tests.service_users import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True)]

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVER = "http://127.0.0.1:8000"
ANYTHING = "..."
SECONDS = 60  # So much of a token's life may be over.


def list_examples(guide):
    """Each command with the block below it, as language and text."""
    blocks = BLOCK.findall(guide.read_text())
    for place, (language, text) in enumerate(blocks):
        if language == "sh":
            following = blocks[place + 1] if place + 1 < len(blocks) else ("", "")
            yield text, following if following[0] in ("json", "text") else None


GUIDES = [guide for guide in sorted(FOLDER.glob("guides/*.md")) if [*list_examples(guide)]]


@pytest.fixture
def environment():
    """What the variables of the commands stand for."""
    world = World()
    world.charge("success", price_minor=100, quantity=2)
    app, merchant = ClientFactory(organization=world.seller), MerchantFactory()
    ServiceUserFactory(username="api-shop", merchants=[MerchantFactory()])
    return {
        "TOKEN": world.token(),
        "SELLER_TOKEN": world.earner_token(),
        "OWNER_TOKEN": owner_token(world),
        "CLIENT_ID": app.client_id,
        "CLIENT_SECRET": SECRET,
        "VERIFIER": VERIFIER,
        "CODE": get_code(app, world.account),
        "REFRESH_TOKEN": get_tokens(app, world.account)["refresh_token"],
        "KEY": issue_api_key(merchant),
        "UNIBILL": f"api-shop:{PASSWORD}",
    }


def check(answer, expected):
    """Whether an answer has all that is expected of it; it may have more."""
    for name, value in expected.items():
        if isinstance(value, dict):
            check(answer[name], value)
        elif name == "expires_in":
            assert value - SECONDS < answer[name] <= value
        else:
            assert answer[name] == value or value == ANYTHING, name


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_commands_of_a_guide_answer_what_it_says(live_server, environment, guide):
    before = ""
    for command, expected in list_examples(guide):
        script = f"{before}\n{command}".replace(SERVER, live_server.url)
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{script}"],
            capture_output=True,
            text=True,
            timeout=30,
            env={"PATH": os.environ["PATH"], **environment},
        )
        assert done.returncode == 0, (command, done.stderr)
        before += "".join(re.findall(r"^ID=\$\(.*?\)\n(?=curl)", command, re.MULTILINE | re.DOTALL))
        if expected is None:
            continue
        language, text = expected
        if language == "json":
            check(json.loads(done.stdout), json.loads(text))
        else:
            assert done.stdout.strip() == text.strip(), command


def test_the_challenge_that_a_guide_makes_is_the_one_of_its_verifier():
    (script,) = [
        text
        for language, text in BLOCK.findall((FOLDER / "guides/oauth.md").read_text())
        if language == "bash"
    ]
    script = re.sub(r"^VERIFIER=.*$", f"VERIFIER={VERIFIER}", script, flags=re.MULTILINE)
    made = subprocess.run(
        ["bash", "-c", f'{script}\nprintf %s "$CHALLENGE"'], capture_output=True, text=True, check=True
    ).stdout
    assert made == CHALLENGE


def test_every_guide_with_a_command_is_tried():
    assert {guide.stem for guide in GUIDES} >= {"oauth", "statuses", "test-cards", "errors", "idempotency"}
