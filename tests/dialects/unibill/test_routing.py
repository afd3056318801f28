"""Which path and method mean which action."""

import pytest
from django.test import Client

from dialects.unibill.actions import ACTIONS

pytestmark = pytest.mark.urls("tests.dialects.unibill.asked")


def write_path(resource, on, brackets=False):
    word = f"[{resource.plural}]" if brackets else resource.plural
    before = write_path(resource.within, "one", brackets) if resource.within else "/api/v01"
    return f"{before}/{word}/*{resource.key}" if on == "one" else f"{before}/{word}"


def name_action(response):
    return response.json().get("action")


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.resource.plural} {action.name}")
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("brackets", [False, True])
def test_an_action_is_reached_by_its_name(client, action, slash, brackets):
    path = f"{write_path(action.resource, action.on, brackets)}/~{action.name}{slash}"
    response = client.generic(action.method, path)
    assert (response.status_code, name_action(response)) == (200, action.name)
    for key, value in response.json().items():
        assert key == "action" or value == f"*{key}"


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.resource.plural} {action.name}")
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_implicit_action_is_reached_by_its_method_and_no_other_is(client, action, slash):
    response = client.generic(action.method, write_path(action.resource, action.on) + slash)
    if action.implicit:
        assert (response.status_code, name_action(response)) == (200, action.name)
    else:
        assert name_action(response) != action.name


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.resource.plural} {action.name}")
def test_a_named_action_has_one_method(client, action):
    path = f"{write_path(action.resource, action.on)}/~{action.name}"
    for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "PROPFIND"} - {action.method}:
        response = client.generic(method, path)
        assert response.status_code == 405
        assert response.json()["failureCode"] == "U02"
        assert action.method in response["Allow"].split(", ")
        assert method not in response["Allow"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v01/customers", {"GET", "PUT", "HEAD", "OPTIONS"}),
        ("POST", "/api/v01/customers/1/transactions", {"GET", "PUT", "HEAD", "OPTIONS"}),
        ("PUT", "/api/v01/plans/1", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("PUT", "/api/v01/customers/1/subscriptions/1/adjustments", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_means_nothing_is_told_which_do(client, method, path, allowed):
    response = client.generic(method, path)
    assert (response.status_code, response.json()["failureCode"]) == (405, "U02")
    assert set(response["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("action", [each for each in ACTIONS if each.method == "GET"], ids=str)
def test_asking_for_the_head_changes_nothing(client, action):
    response = client.head(f"{write_path(action.resource, action.on)}/~{action.name}")
    assert response.status_code == (200 if action.reads else 405)


def test_options_names_the_methods_to_anybody():
    response = Client().options("/api/v01/customers/1/subscriptions/2/~cancel")
    assert (response.status_code, response.content) == (200, b"")
    assert set(response["Allow"].split(", ")) == {"GET", "OPTIONS"}


@pytest.mark.parametrize(
    "path",
    [
        "customers/~remove",
        "customers/~",
        "customers/1/~create",
        "customers/~cancel",
        "customers/1/subscriptions/~cancel",
        "customers/1/transactions/2/~process",
        "customers/1/~Load",
        "nothing/~find",
        "~find",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_an_unknown_action_is_refused_as_such(client, path, method):
    response = client.generic(method, f"/api/v01/{path}")
    assert (response.status_code, response.json()["failureCode"]) == (404, "U01")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing",
        "Customers",
        "customer",
        "customers//",
        "customers/1/2",
        "customers//subscriptions",
        "customers/1/plans",
        "[customers",
        "customers]",
        "customers%0A",
        "customers/1/subscriptions/2/adjustments/3",
        "customers/1/transactions/2/allocations",
        "customers/1/transactions/2/allocations/3",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_an_unknown_path_is_refused_as_such(client, path, method):
    response = client.generic(method, f"/api/v01/{path}")
    assert (response.status_code, response.json()["failureCode"]) == (404, "U03")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1", "1"), ("%2Aa.b-c_d", "*a.b-c_d"), ("a%20b", "a b"), ("%C3%A9", "é"), ("a~b", "a~b"), ("*", "*")],
)
def test_what_stands_for_an_object_in_a_path_arrives_as_it_was_meant(client, written, meant):
    response = client.get(f"/api/v01/customers/{written}/subscriptions/2")
    assert response.json()["customer_id"] == meant


def test_caches_keep_nothing(client):
    for path in ("/api/v01/customers", "/api/v01/customers/1/subscriptions/2/~cancel"):
        assert client.get(path)["Cache-Control"] == "no-store"
