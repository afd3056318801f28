"""The programs of the quick start run as they stand on the page, against a real server."""

import json
import shutil
import subprocess
import sys
from html import unescape

import pytest

from charges.collection.single import collect_charge
from charges.models import Charge
from operations.factories import AccountFactory, PaymentOptionFactory
from tests.access.oauth import flow
from tests.desk import log_in, press

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(live_server, settings):
    settings.BASE_URL = live_server.url
    owner = AccountFactory(owner=True)
    PaymentOptionFactory(organization=owner.organization)
    return owner


@pytest.fixture
def app(owner):
    return flow.ClientFactory(organization=owner.organization, review_status="draft")


@pytest.fixture
def page(owner, app):
    """The page after its button was pressed, with a token filled in."""
    browser, path = log_in(owner), f"/console/applications/{app.client_id}/start/"
    assert browser.post(path).status_code == 303
    return browser.get(path)


def run(program: list[str]) -> str:
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_curl_commands_make_and_activate_a_test_charge(page, owner):
    [(_, text), *_] = page.context["programs"]
    assert text in unescape(page.content.decode()), "what is run is what is shown"
    first, second = text.split("# 2.")
    url = run(["bash", "-ec", first]).strip()
    charge = Charge.objects.get()
    assert url.endswith(f"/?id={charge.public_id}")
    assert (charge.test, charge.total_minor) == (True, 1_250)
    press(log_in(owner), charge, "accept")
    token_and_api = "\n".join(first.splitlines()[:2])
    answers = run(["bash", "-ec", f"sleep() {{ :; }}\n{token_and_api}\nURL='{url}'\n#{second}"])
    assert json.loads("[" + answers.replace("}{", "},{") + "]")[-1]["status"] == "processed"


@pytest.mark.parametrize(
    ("name", "command", "ending"), [("Python", [sys.executable], "py"), ("Node", ["node"], "mjs")]
)
def test_the_programs_wait_for_the_buyer_and_see_the_money(page, owner, tmp_path, name, command, ending):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{name} is not on this machine")
    file = tmp_path / f"quick_start.{ending}"
    file.write_text(dict(page.context["programs"])[name])
    with subprocess.Popen([*command, file], stdout=subprocess.PIPE, text=True) as program:
        assert "Open and accept: http" in program.stdout.readline()
        charge = Charge.objects.get()
        press(log_in(owner), charge, "accept")
        while Charge.objects.get().status != "processed":
            assert program.poll() is None
        collect_charge(charge.pk)
        assert program.stdout.read() == "success\n"
    assert program.returncode == 0


def test_the_token_exchange_gives_tokens(page, owner, app):
    code = flow.get_code(
        app, owner, code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", redirect_uri=flow.REDIRECT
    )
    text = page.context["exchange"]
    text = text.replace("the code from the address that you came back to", code)
    text = text.replace("your client secret", flow.SECRET)
    assert json.loads(run(["bash", "-ec", text]))["token_type"] == "Bearer"
    assert f"client_id={app.client_id}" in page.context["authorize_url"]
