"""Who may open the console, what is unknown there, and the switch between test and live mode."""

import pytest

from operations.factories import AccountFactory, ApplicationFactory, OrganizationFactory, UserFactory
from tests.desk import log_in, text_of

pytestmark = pytest.mark.django_db
HOME = "/console/"


@pytest.fixture
def seller():
    return OrganizationFactory(name="Paper Kites Ltd")


@pytest.fixture
def owner(seller):
    return AccountFactory(organization=seller, email="kim@seller.example", owner=True)


def test_members_with_a_role_come_in_and_others_do_not(seller, owner, client):
    assert client.get(HOME)["Location"] == f"/login/?next={HOME}"
    for who in (owner, AccountFactory(developer=True), AccountFactory()):
        assert log_in(who).get(HOME).status_code == 200
    nobody = AccountFactory(organization=seller, has_billing_role=False)
    refused = log_in(nobody).get(HOME)
    assert refused.status_code == 403
    assert "An owner of your organisation can give it to you" in text_of(refused)
    client.force_login(UserFactory(staff=True))
    assert "belongs to no seller" in text_of(client.get(HOME))


def test_pages_are_english_run_own_scripts_only_and_are_framed_by_nobody(owner):
    owner.language = "de"
    owner.save()
    page = log_in(owner).get(HOME)
    policy = page["Content-Security-Policy"]
    assert '<html lang="en" dir="ltr">' in page.content.decode()
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_console_shows_test_data_until_an_application_is_approved(seller, owner):
    ApplicationFactory(organization=seller, draft=True)
    ApplicationFactory(organization=OrganizationFactory())  # Another seller's is approved.
    assert "Test mode" in text_of(log_in(owner).get(HOME))
    ApplicationFactory(organization=seller)
    browser = log_in(owner)
    assert "Live mode" in text_of(browser.get(HOME))
    sent = browser.post("/console/mode/", {"mode": "test", "next": "https://evil.example/"})
    assert (sent.status_code, sent["Location"]) == (303, HOME)
    broken = browser.post("/console/mode/", {"mode": "test", "next": "/console/\nSet-Cookie: x=1"})
    assert broken["Location"] == "/console/%0ASet-Cookie:%20x=1"
    assert "Test mode" in text_of(browser.get(HOME))
    endless = browser.post("/console/mode/", {"mode": "test", "next": f"/console/?{'x' * 3000}"})
    assert endless["Location"] == "/console/"
    foreign = browser.post("/console/mode/", {"mode": "live"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
