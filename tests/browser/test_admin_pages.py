"""Every page of the admin: axe clean in light and dark, usable by keys, no wider than a small phone."""

import pytest
from django.test import Client

from operations.factories import UserFactory
from tests.browser.admin_pages import list_admin_pages, make_all
from tests.browser.visits import DESKTOP, SMALL, find_violations

# Ticks the first row of a list and asks for an act on it, as the button beside the choice does.
BULK_HOLD = """() => {
  document.querySelector("input.action-select").checked = true;
  const form = document.getElementById("changelist-form");
  form.querySelector("[name=action]").value = "hold";
  form.submit();
}"""
FOR_A_MOUSE_ALONE = """() => [...document.querySelectorAll("*")].filter(each =>
  [...each.attributes].some(attribute => /^(x-on:click(\\.prevent)?|onclick)$/.test(attribute.name))
  && !each.matches("button, a[href], input, summary, [role=button][tabindex='0']")
  || each.matches("main a:not([href])")
).map(each => each.outerHTML.slice(0, 200))"""


@pytest.fixture
def user(live_server):
    make_all()
    return UserFactory(username="root", superuser=True)


@pytest.fixture
def page(open_page, live_server, user):
    client = Client()
    client.force_login(user)
    page = open_page(bypass_csp=True)
    session = client.cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    return page


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.night)], ids=["daily", "all"])
def test_each_page_is_for_all_eyes_keys_and_screens(page, live_server, user, every):
    troubles = []
    for name, address in [each for each in list_admin_pages(user) if every or each.is_daily]:
        open_in_light(page)
        answer = page.goto(live_server.url + address)
        if answer.status != 200 or page.url != live_server.url + address:
            troubles.append(f"{name}: {answer.status} {page.url}")
        troubles += look_at(page, name)
    open_in_light(page)
    page.goto(f"{live_server.url}/admin/subscriptions/subscription/")
    page.evaluate(BULK_HOLD)
    page.get_by_text("1 row, one after the other.").wait_for()
    troubles += look_at(page, "bulk act")
    assert not troubles, "\n".join(troubles)


def open_in_light(page):
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)


def look_at(page, name):
    page.add_style_tag(content="* { transition: none !important; }")
    yield from (f"{name}: {report}" for report in find_violations(page))
    if found := page.evaluate(FOR_A_MOUSE_ALONE):
        yield f"{name}: not to be used by keys: {found}"
    page.set_viewport_size(SMALL)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > SMALL["width"]:
        yield f"{name}: {width} wide, wider than a very small screen"
