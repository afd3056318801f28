"""What a letter paints beyond its line, such as piled accents, stays out of the rows beside it.

How high accents pile depends on the fonts of a machine, so a bar above and below a name stands for them.
"""

import pytest
from django.test import Client

from customers.models import Application
from operations.factories import ApplicationFactory, OrganizationFactory, UserFactory

PILED = "#piled { position: relative; }"
BAR = "#piled::after { content: ''; position: absolute; inset: -80px 0; background: red; }"
NAMES = ("First", "Second", "Third")


def pile_on(page, selector):
    page.locator(selector).first.evaluate(
        "element => element.innerHTML = `<span id=piled>${element.innerHTML}</span>`"
    )
    look = page.locator("#piled").screenshot()
    page.add_style_tag(content=PILED + BAR)
    assert page.locator("#piled").screenshot() != look


def look_at(page, *selectors):
    return [page.locator(selector).first.screenshot() for selector in selectors]


@pytest.fixture
def apps_in_admin(open_page, live_server):
    """The list of apps of three sellers, open for a superuser."""
    client = Client()
    client.force_login(UserFactory(username="root", superuser=True))
    page = open_page(bypass_csp=True)
    session = client.cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    for name in NAMES:
        ApplicationFactory(organization=OrganizationFactory(name=name))
    page.goto(f"{live_server.url}/admin/{Application._meta.app_label}/application/")
    return page


def test_a_page_for_buyers_keeps_a_name_in_its_row(shop, open_page):
    page = open_page(shop.buyer, bypass_csp=True)
    page.goto(shop.url)
    beside = look_at(page, "h1", ".brand")
    pile_on(page, ".kicker bdi")
    assert look_at(page, "h1", ".brand") == beside


def test_a_list_of_the_admin_keeps_a_name_in_its_row(apps_in_admin):
    first, second, third = (f"#result_list td a:text('{name}')" for name in NAMES)
    beside = look_at(apps_in_admin, first, third)
    pile_on(apps_in_admin, second)
    assert look_at(apps_in_admin, first, third) == beside


def test_a_page_of_the_admin_keeps_a_name_in_its_row(apps_in_admin):
    apps_in_admin.locator("#result_list th a").first.click()
    overflow = apps_in_admin.locator(".readonly").first.evaluate("row => getComputedStyle(row).overflow")
    assert overflow == "clip"
