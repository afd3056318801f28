"""Webhook endpoints in the console: added, changed, tried out, switched off, deleted."""

import pytest

from core import clock
from customers.models import Application
from operations.factories import AccountFactory, ApplicationFactory
from tests.desk import log_in, text_of
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
SAID = {"url": "http://127.0.0.1:9/hooks", "format": "event", "event_types": ["charge.succeeded"]}


@pytest.fixture
def developer():
    return AccountFactory(developer=True)


@pytest.fixture
def app(developer):
    return ApplicationFactory(organization=developer.organization)


@pytest.fixture
def browser(developer):
    return log_in(developer)


@pytest.fixture
def path(browser, app) -> str:
    """The page of an endpoint that was just added."""
    answer = browser.post(f"/console/applications/{app.client_id}/webhooks/new/", SAID)
    assert answer.status_code == 303, text_of(answer)
    return answer["Location"]


def act(browser, path, name, **said):
    return browser.post(f"{path}act/", {"act": name} | said)


def test_an_endpoint_is_added_with_a_secret_that_is_shown_once(browser, app, path):
    endpoint = Endpoint.objects.get()
    assert (endpoint.application, endpoint.url, endpoint.event_types) == (
        app,
        "http://127.0.0.1:9/hooks",
        ["charge.succeeded"],
    )
    assert "whsec_" in text_of(browser.get(path))
    assert "whsec_" not in text_of(browser.get(path))
    assert SAID["url"] in text_of(browser.get(f"/console/applications/{app.client_id}/"))


def test_it_leads_to_what_was_sent_to_it(browser, path):
    sent = f"/console/deliveries/?endpoint={Endpoint.objects.get().public_id}"
    assert f'href="{sent}"' in browser.get(path).content.decode()
    assert browser.get(sent).status_code == 200


@pytest.mark.slow
def test_its_buttons(browser, path):
    assert "A test event is on its way" in text_of(browser.get(act(browser, path, "test")["Location"]))
    assert Delivery.objects.get().event.type == "endpoint.tested"
    act(browser, path, "disable")
    assert "It is off" in text_of(browser.get(path))
    act(browser, path, "enable")
    assert "It is on" in text_of(browser.get(path))
    act(browser, path, "rotate", replaces=browser.get(path).context["replaces"])
    assert "whsec_" in text_of(browser.get(path))
    for _ in range(4):
        act(browser, path, "test")
    assert act(browser, path, "test").status_code == 409
    assert act(browser, path, "nonsense").status_code == 303
    act(browser, path, "delete")
    assert browser.get(path).status_code == 404


def test_of_two_presses_one_replaces_the_secret_and_the_one_in_use_goes_on_for_a_day(browser, path):
    browser.get(path)
    in_use = bytes(Endpoint.objects.get().sealed_secret)
    seen = browser.get(path).context["replaces"]
    for _ in range(2):
        assert act(browser, path, "rotate", replaces=seen).status_code == 303
    assert in_use in Endpoint.objects.get().list_sealed_secrets(clock.now())
    page = text_of(browser.get(path))
    assert "whsec_" in page
    assert "replaced a moment ago" in page
    act(browser, path, "rotate")
    assert in_use in Endpoint.objects.get().list_sealed_secrets(clock.now())


def test_pages_say_that_nothing_is_sent_while_an_endpoint_is_off(browser, path):
    act(browser, path, "test")
    act(browser, path, "disable")
    held = "Nothing is sent while the endpoint is off."
    assert f"The test event waits. {held}" in text_of(browser.get(act(browser, path, "test")["Location"]))
    again = f"/console/deliveries/{Delivery.objects.earliest('pk').pk}/"
    page = text_of(browser.get(browser.post(f"{again}resend/")["Location"]))
    assert f"It waits. {held}" in page
    assert f"Next try {held}" in page
    said = {
        "endpoint": Endpoint.objects.get().public_id,
        "since": "2026-01-01T00:00",
        "until": "2099-01-01T00:00",
    }
    page = text_of(browser.get(browser.post("/console/deliveries/replay/", said)["Location"]))
    assert f"2 deliveries wait. {held}" in page


def test_and_while_the_marketplace_has_switched_the_application_off(browser, path, app):
    Application.objects.filter(pk=app.pk).update(is_active=False)
    held = "Nothing is sent while the marketplace has switched the application off."
    assert f"The test event waits. {held}" in text_of(browser.get(act(browser, path, "test")["Location"]))
    assert f"It waits {held} Events wait." in text_of(browser.get(path))
    page = text_of(browser.get(f"/console/applications/{app.client_id}/"))
    assert "The marketplace has switched it off" in page
    assert "It sells for real money" not in page


def test_it_is_changed_and_what_cannot_be_is_told(browser, path):
    assert browser.post(path, SAID | {"description": "Mine", "event_types": []}).status_code == 303
    endpoint = Endpoint.objects.get()
    assert (endpoint.description, endpoint.event_types) == ("Mine", [])
    for wrong in ({"url": "https://10.0.0.1/"}, {"url": ""}, {"format": "xml"}, {"event_types": ["x"]}):
        assert browser.post(path, SAID | wrong).status_code == 400


def test_strangers_do_not_know_it(path, app, developer):
    stranger = log_in(AccountFactory(developer=True))
    assert (stranger.get(path).status_code, act(stranger, path, "delete").status_code) == (404, 404)
    other = ApplicationFactory(organization=developer.organization)
    elsewhere = path.replace(app.client_id, other.client_id)
    assert act(log_in(developer), elsewhere, "delete").status_code == 404
    assert Endpoint.objects.kept().count() == 1
