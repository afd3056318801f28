"""The root page, unknown pages and forms without a cookie."""

import pytest
from django.test import Client

from tests.desk import text_of


def test_the_root_says_what_this_is_and_where_to_go(client):
    page = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 200
    assert "Billing for a software marketplace" in text_of(page)
    for path in ("/login/", "/docs/", "/admin/"):
        assert f'href="{path}"' in page.content.decode()


def test_the_root_takes_no_form_without_an_id(client):
    assert client.post("/").status_code == 405


def test_a_page_that_is_not_there_says_so(client):
    page = client.get("/nothing-here")
    assert page.status_code == 404
    assert "There is nothing here" in text_of(page)


@pytest.mark.django_db
def test_a_form_without_its_cookie_says_so():
    page = Client(enforce_csrf_checks=True).post("/login/", {})
    assert page.status_code == 403
    assert "with cookies switched on" in text_of(page)
