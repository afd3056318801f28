"""A name without a blank breaks within its column or row and hides nothing beside it."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from charges.models import Charge
from operations.factories import ChargeFactory, OrganizationFactory

WIDE = 1_500  # An ordinary list of charges scrolls that far.


@pytest.fixture
def admin_page(open_page, live_server):
    client = Client()
    client.force_login(get_user_model().objects.create(username="root", is_staff=True, is_superuser=True))
    page = open_page(viewport={"width": 1_400, "height": 900})
    session = client.cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    ChargeFactory(name="M" * 255)
    OrganizationFactory(name="W" * 200)
    return page


@pytest.mark.parametrize("path", ["charges/charge", "customers/organization", "customers/application"])
def test_a_list_is_not_as_wide_as_a_long_word(admin_page, live_server, path):
    admin_page.goto(f"{live_server.url}/admin/{path}/")
    assert admin_page.locator("#result_list").evaluate("table => table.scrollWidth") < WIDE


def test_a_long_word_does_not_cover_what_stands_beside_it(admin_page, live_server):
    admin_page.goto(f"{live_server.url}/admin/charges/charge/{Charge.objects.get().pk}/change/")
    name = admin_page.locator(".readonly", has_text="MMM").first.bounding_box()
    beside = admin_page.locator("label", has_text="Product").first.bounding_box()
    assert name["x"] + name["width"] <= beside["x"]
