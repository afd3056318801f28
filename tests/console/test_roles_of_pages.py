"""Each page of the console is for members with one of its roles: one table of all of them."""

import pytest
from django.urls import get_resolver, reverse

from operations.factories import AccountFactory, UserFactory
from tests.desk import log_in

pytestmark = pytest.mark.django_db

ANY, SALES = {"owner", "billing", "developer"}, {"owner", "billing", "developer"}
BILLING, DEVELOPER, OWNER = {"owner", "billing"}, {"owner", "developer"}, {"owner"}
# By the name of the path without "console_"; a new page has to be written down here.
PAGES = {
    "": ANY,
    "mode": ANY,
    "applications": ANY,
    "application": ANY,
    "members": ANY,
    "leave": ANY,
    "charges": SALES,
    "charge": SALES,
    "subscriptions": SALES,
    "subscription": SALES,
    "preview": SALES,
    "customers": SALES,
    "customer": SALES,
    "events": SALES,
    "event": SALES,
    "refund": BILLING,
    "paper": BILLING,
    "money": BILLING,
    "new_application": DEVELOPER,
    "edit_application": DEVELOPER,
    "application_looks": DEVELOPER,
    "submit": DEVELOPER,
    "credentials": DEVELOPER,
    "end_former_secret": DEVELOPER,
    "quick_start": DEVELOPER,
    "new_endpoint": DEVELOPER,
    "endpoint": DEVELOPER,
    "act_on_endpoint": DEVELOPER,
    "test_buyers": DEVELOPER,
    "test_buyer": DEVELOPER,
    "act_on_test_buyer": DEVELOPER,
    "deliveries": DEVELOPER,
    "delivery": DEVELOPER,
    "resend": DEVELOPER,
    "replay": DEVELOPER,
    "requests": DEVELOPER,
    "member": OWNER,
    "remove_member": OWNER,
    "take_invitation_back": OWNER,
}
NEED_NO_LOG_IN = {"sign_up", "sign_up_sent", "confirm", "invitation"}
PARTS = {
    "public_id": "0b0e4f0e-3f5c-4c9f-9d3b-0d4c4d1c9f10",
    "client_id": "nothing",
    "event_id": "evt_nothing",
    "number": "1",
    "form": "pdf",
}


def list_paths() -> dict[str, str]:
    paths = {}
    for name, found in get_resolver().reverse_dict.lists():
        if isinstance(name, str) and name.startswith("console"):
            ((_, wanted),) = found[0][0]
            parts = {part: PARTS[part] for part in wanted}
            paths[name.removeprefix("console").removeprefix("_")] = reverse(name, kwargs=parts)
    return paths


@pytest.fixture
def members():
    return {
        "owner": AccountFactory(has_billing_role=False, owner=True),
        "billing": AccountFactory(has_billing_role=True),
        "developer": AccountFactory(has_billing_role=False, developer=True),
        "nobody": AccountFactory(has_billing_role=False),
    }


@pytest.mark.slow
def test_a_page_lets_in_members_with_its_roles_and_no_others(members):
    paths = list_paths()
    assert paths.keys() - NEED_NO_LOG_IN == PAGES.keys()
    let_in = {name: set() for name in PAGES}
    for who, account in members.items():
        browser = log_in(account)
        for name in PAGES:
            if browser.get(paths[name]).status_code != 403:
                let_in[name].add(who)
    assert let_in == PAGES


@pytest.mark.slow
def test_staff_and_strangers_are_let_in_nowhere(client):
    paths = list_paths()
    asked = {name: client.get(paths[name]) for name in PAGES}
    assert {name: page.status_code for name, page in asked.items()} == dict.fromkeys(PAGES, 302)
    assert all(page["Location"].startswith("/login/?next=") for page in asked.values())
    client.force_login(UserFactory(staff=True))
    assert {client.get(paths[name]).status_code for name in PAGES} == {403}
