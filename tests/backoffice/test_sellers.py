"""Staff decide about sign-ups and applications of sellers, and invite sellers."""

import pytest
from django.contrib.auth.models import Permission

from access.application_review import submit_application, take_application_back
from access.applications import change_application
from access.models import ConsoleInvitation, SignUp, SignUpStatus
from access.sign_ups import ask_to_sign_up, confirm_sign_up
from backoffice.overview import list_concerns
from customers.models import Account, Application, ReviewStatus
from operations.factories import AccountFactory, ApplicationFactory, UserFactory
from tests.console.desk import fetch_mails, find_link
from tests.desk import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(superuser=True))
    return client


@pytest.fixture
def sign_up(settings):
    settings.SELLER_SIGN_UP = "approval"
    said = {"organization_name": "Paper Kites Ltd", "country": "NL", "password": "a kite in the wind"}
    ask_to_sign_up(email="kim@seller.example", address="192.0.2.1", **said)
    token = find_link(fetch_mails()[0]).partition("token=")[2]
    return confirm_sign_up(token, password="", address="192.0.2.1", is_same_browser=True)


def test_a_sign_up_is_let_in_by_staff(browser, sign_up):
    page = f"/admin/access/signup/{sign_up.pk}/"
    assert "Paper Kites Ltd" in text_of(browser.get("/admin/access/signup/"))
    assert "becomes its owner" in text_of(browser.get(f"{page}approve/"))
    assert browser.post(f"{page}approve/", {"reason": "known from the fair"}).status_code == 302
    assert Account.objects.get().organization.name == "Paper Kites Ltd"
    assert SignUp.objects.get().decided_by.startswith("staff:")
    assert "does not wait" in text_of(browser.post(f"{page}refuse/", {"reason": "no"}, follow=True))


def test_a_refusal_tells_the_seller_its_reason(browser, sign_up):
    page = f"/admin/access/signup/{sign_up.pk}/refuse/"
    assert browser.post(page, {"reason": ""}).status_code == 200
    browser.post(page, {"reason": "We know no such company."})
    assert SignUp.objects.get().status == SignUpStatus.REFUSED
    assert "We know no such company." in fetch_mails()[0].body


@pytest.mark.slow
def test_an_application_is_decided_on_its_page(browser):
    app = ApplicationFactory(draft=True, name="Kite Reports")
    AccountFactory(organization=app.organization, owner=True, email="kim@seller.example")
    page = f"/admin/customers/application/{app.pk}/"
    assert f"{page}approve/" not in browser.get(f"{page}change/").content.decode()
    submit_application(app.pk, actor="test")
    assert f"{page}approve/" in browser.get(f"{page}change/").content.decode()
    seen = browser.get(f"{page}approve/").context["form"]["seen"].value()
    take_application_back(app.pk, actor="test")
    change_application(app.pk, actor="test", name="A Famous Bank")
    submit_application(app.pk, actor="test")
    swapped = browser.post(f"{page}approve/", {"reason": "tried it", "seen": seen})
    assert "The seller has changed the application" in text_of(swapped)
    assert browser.post(f"{page}approve/", {"reason": "tried it"}).status_code == 200
    take_application_back(app.pk, actor="test")
    change_application(app.pk, actor="test", name="Kite Reports")
    submit_application(app.pk, actor="test")
    assert browser.post(f"{page}approve/", {"reason": "tried it", "seen": seen}).status_code == 302
    app.refresh_from_db()
    assert app.is_approved
    assert app.changes.latest("pk").reason == "", "what staff note is not for the seller"
    assert [each.subject for each in fetch_mails()] == ["Kite Reports is approved"]


def test_staff_without_the_permission_look_only(client, sign_up):
    looking = UserFactory(staff=True)
    looking.user_permissions.add(Permission.objects.get(codename="view_signup"))
    client.force_login(looking)
    page = f"/admin/access/signup/{sign_up.pk}/"
    assert client.get(f"{page}change/").status_code == 200
    assert client.post(f"{page}approve/", {"reason": "mine"}).status_code == 403
    assert SignUp.objects.get().status == SignUpStatus.CONFIRMED


def test_what_waits_is_on_the_first_page(browser, sign_up):
    app = ApplicationFactory(draft=True)
    submit_application(app.pk, actor="test")
    alarming = {each.title for each in list_concerns(UserFactory(superuser=True)) if each.alarming}
    assert {"Sellers who want to be let in", "Applications that wait for approval"} <= alarming


def test_a_seller_is_invited(browser):
    page = "/admin/access/consoleinvitation/add/"
    assert browser.post(page, {"email": "Ada@new.example"}).status_code == 302
    assert "open" in text_of(browser.post(page, {"email": "ada@new.example"}))
    assert ConsoleInvitation.objects.get().email == "ada@new.example"
    assert find_link(fetch_mails()[0]).startswith("/console/invitation/")


def test_what_staff_register_is_approved_and_the_last_owner_stays(browser):
    owner = AccountFactory(owner=True)
    page = f"/admin/customers/account/{owner.pk}/change/"
    refused = browser.post(page, {"email": owner.email, "has_billing_role": "on"})
    assert "keeps an owner" in text_of(refused)
    form = {
        "name": "Ours",
        "organization": owner.organization_id,
        "author_email": "a@b.example",
        "redirect_uris": "https://a.example/",
        "commission_percent": 10,
        "seller_of_record": "marketplace",
    }
    assert browser.post("/admin/customers/application/add/", form).status_code == 302
    assert Application.objects.get().review_status == ReviewStatus.APPROVED
