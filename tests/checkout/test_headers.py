"""Security headers of every kind of page."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from operations.factories import AccountFactory
from tests.desk import bring_to, link, log_in, press

BASE = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(response) -> dict[str, str]:
    return dict(part.partition(" ")[::2] for part in response["Content-Security-Policy"].split("; "))


def check(response, **directives) -> None:
    assert policy(response) == BASE | {name.replace("_", "-"): value for name, value in directives.items()}
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "no-store"
    # With "no-referrer" browsers send "Origin: null" with our own forms; others learn nothing either way.
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response


def test_the_decision_page_lets_its_form_lead_to_the_return_origin(desk):
    check(desk.browser.get(link(desk.charge)), form_action="'self' https://seller.example")


@pytest.mark.parametrize("status", ["accepted", "declined", "processed", "success", "failed"])
def test_pages_of_decided_charges(desk, status):
    bring_to(desk.charge, status)
    check(desk.browser.get(link(desk.charge)), form_action="'self' https://seller.example")


def test_answers_to_a_decision(desk):
    check(desk.browser.post(link(desk.charge), {}), form_action="'self' https://seller.example")
    check(press(desk.browser, desk.charge, "accept"))


def test_refusals_of_a_charge(desk):
    colleague = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    check(log_in(colleague).get(link(desk.charge)))
    check(log_in(AccountFactory()).get(link(desk.charge)))
    check(desk.browser.post(link(desk.charge), headers={"Sec-Fetch-Site": "cross-site"}))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?id=x", 302),
        ("/login/", 200),
        ("/account/", 302),
        ("/logout/", 405),
        ("/nothing-here", 404),
        ("/nothing/here/\x01", 404),
        ("/admin/nothing-here", 302),
    ],
)
def test_pages_for_strangers(db, path, status):
    answer = Client().get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    if not path.startswith("/admin"):
        check(answer)


def test_pages_for_the_logged_in(desk):
    check(desk.browser.get("/account/"))
    check(desk.browser.post("/logout/"))


def test_the_csrf_refusal(db):
    answer = Client(enforce_csrf_checks=True).post("/login/", {})
    assert answer.status_code == 403
    check(answer)


def test_a_wrong_host_name(db):
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"We could not understand that request" in answer.content
    check(answer)


def test_a_failure_of_ours(rf):
    from checkout.error_pages import server_error

    answer = server_error(rf.get("/"))
    assert (answer.status_code, b"Something went wrong on our side" in answer.content) == (500, True)
    assert policy(answer) == BASE


def test_a_refusal_of_a_right(rf):
    from checkout.error_pages import permission_denied

    answer = permission_denied(rf.get("/"), Exception())
    assert (answer.status_code, b"You may not open this page" in answer.content) == (403, True)
    assert policy(answer) == BASE


@pytest.mark.slow
def test_no_page_of_this_server_can_be_framed(desk):
    """Every path without parameters, the administration's and the documentation's included."""
    seen = 0
    for path in sorted(list_paths(get_resolver())):
        # To the administration a buyer is a stranger, too.
        for browser in (Client(), desk.browser)[: 1 if path.startswith("/admin/") else 2]:
            answer = browser.get(path)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                assert policy(answer)["frame-ancestors"] == "'none'", path
                assert answer["X-Frame-Options"] == "DENY", path
                seen += 1
    assert seen > 10


def list_paths(resolver: URLResolver, prefix: str = "/"):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from list_paths(entry, route)
        elif isinstance(entry, URLPattern) and not set("<^?(\\") & set(route):
            yield route
