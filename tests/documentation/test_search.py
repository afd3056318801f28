"""The search of the documentation as a page."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from documentation.search import MAX_QUERY
from documentation.site import load_site


def search(query):
    return Client().get(f"/docs/search/?q={quote(query)}")


def list_found(response):
    found = response.content.decode().partition('<ol class="found">')[2]
    return re.findall(r'<li>\s*<a href="([^"]+)"', found)


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("idempotency", "/docs/guides/idempotency/#idempotency-repeat-without-paying-twice"),
        ("code_challenge PKCE", "/docs/dialects/text/#getting-a-token"),
        ('"refresh token"', "/docs/guides/oauth/#3-call-with-it"),
        ("process_billy_tx", "/docs/guides/coming-from-billy/#2-look-at-what-differs"),
        ("subscribe a customer", "/docs/billy/#/subscriptions/subscription_create"),
        ("/v3/webhook_endpoints", "/docs/webhooks/#endpoints"),
    ],
)
def test_words_lead_to_the_section(query, url):
    response = search(query)
    assert response.status_code == 200
    assert url in list_found(response)


@pytest.mark.parametrize(
    "query",
    ["qqqqq", "Überweisungsträger", "'\"<script>alert(1)</script>", "%00x", "a" * MAX_QUERY, "\U0001f986"],
)
def test_what_is_nowhere_is_said_plainly_and_shown_escaped(query):
    response = search(query)
    assert response.status_code == 200
    assert list_found(response) == []
    assert "<script>alert" not in response.content.decode()


def test_nothing_is_asked_back(db):
    assert "Type a word" in search("").content.decode()
    assert "Type a word" in search("   ").content.decode()
    assert Client().get("/docs/search/").status_code == 200


@pytest.mark.parametrize("query", ["a" * (MAX_QUERY + 1), "word " * 5_000])
def test_a_query_that_is_too_long_is_refused_in_words(query):
    response = search(query)
    assert response.status_code == 400
    assert f"at most {MAX_QUERY} characters" in response.content.decode()


def test_what_is_not_text_is_refused():
    assert Client().get("/docs/search/?q=%ff").status_code == 400
    assert Client().get("/docs/search/?q=%00").status_code == 400


def test_every_operation_can_be_found():
    urls = {section.url for section in load_site().index}
    assert sum(url.startswith("/docs/unibill/#/") for url in urls) == 25
    assert "/docs/text/#/v2/v2_direct_charge_create" in urls
