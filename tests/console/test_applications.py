"""Applications of a seller: made and changed in the console, submitted, decided, and unknown to others."""

import pytest

from access.application_review import approve_application, refuse_application, submit_application
from access.applications import MOST_OF_ONE, change_application, make_application
from access.oauth.bearer_tokens import find_caller
from access.oauth.scopes import list_permitted
from charges.models import Charge
from customers.errors import (
    ApplicationIncomplete,
    ReviewedAlready,
    TooManyApplications,
    WrongReviewState,
)
from customers.models import Application, ApplicationChange, ReviewStatus
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PayoutAccountFactory,
)
from testmode.buyers import create_test_buyer
from tests.console.desk import fetch_mails, find_link
from tests.desk import log_in, text_of
from webhooks.endpoints import create_endpoint

pytestmark = pytest.mark.django_db
PAGE = "/console/applications/"
SAID = {
    "name": "Report Builder",
    "products": ["livechat"],
    "allowed_scopes": ["billing_manage", "ledger_read"],
    "redirect_uris": "https://kites.example/oauth\nhttp://localhost:3000/callback",
    "return_origins": "https://KITES.example:443",
    "remembers_trials": "on",
}


@pytest.fixture
def developer():
    seller = OrganizationFactory(name="Paper Kites Ltd")
    AccountFactory(organization=seller, email="kim@seller.example", owner=True)
    return AccountFactory(organization=seller, email="dev@seller.example", developer=True)


@pytest.fixture
def browser(developer):
    return log_in(developer)


def make(browser, **changes) -> Application:
    answer = browser.post(f"{PAGE}new/", SAID | changes)
    assert answer.status_code == 303, text_of(answer)
    return Application.objects.latest("pk")


def test_a_developer_makes_an_application_in_test_mode(browser, developer):
    assert "None yet" in text_of(browser.get(PAGE))
    app = make(browser)
    assert (app.organization, app.author_email) == (developer.organization, "dev@seller.example")
    assert (app.review_status, app.commission_percent, app.first_party) == (ReviewStatus.DRAFT, 20, False)
    assert app.redirect_uris.split() == ["https://kites.example/oauth", "http://localhost:3000/callback"]
    assert app.return_origins == ["https://kites.example"]
    assert (app.remembers_trials, app.allows_second, app.requires_pkce) == (True, False, True)
    shown = text_of(browser.get(f"{PAGE}{app.client_id}/"))
    assert "makes test charges and test subscriptions only" in shown
    assert "Commission of the marketplace 20 %" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "\u202e"}, "must"),
        ({"products": ["cars"]}, "valid choice"),
        ({"allowed_scopes": ["billing_admin"]}, "valid choice"),
        ({"redirect_uris": "http://kites.example/"}, "Only https"),
        ({"redirect_uris": "javascript:alert(1)"}, "scheme"),
        ({"return_origins": "https://kites.example/path"}, "is not an https origin"),
        ({"redirect_uris": "https://kites.example/\n" * 51}, "No more than 50 lines"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(browser, changes, words):
    answer = browser.post(f"{PAGE}new/", SAID | changes)
    assert answer.status_code == 400
    assert words.lower() in text_of(answer).lower()
    assert Application.objects.count() == 0


def test_the_form_says_that_localhost_needs_no_entry(browser):
    assert "http on localhost needs no entry" in text_of(browser.get(f"{PAGE}new/"))


def test_names_are_told_apart_and_applications_are_not_without_end(browser, developer):
    app = make(browser)
    again = browser.post(f"{PAGE}new/", SAID | {"name": "report builder"})
    assert "is the name of another application" in text_of(again)
    ApplicationFactory.create_batch(MOST_OF_ONE - 1, organization=developer.organization)
    with pytest.raises(TooManyApplications):
        make_application(
            organization_id=app.organization_id, author_email="a@b.example", actor="test", name="Other"
        )


def test_names_and_the_number_of_applications_are_of_one_seller(browser):
    app = make(browser)
    theirs = ApplicationFactory.create_batch(MOST_OF_ONE, organization=OrganizationFactory(), draft=True)
    again = make(browser, name=theirs[0].name)
    for one, name in ((again, theirs[1].name), (theirs[0], app.name)):
        assert change_application(one.pk, actor="test", name=name).name == name


@pytest.mark.parametrize("status", [ReviewStatus.SUBMITTED, ReviewStatus.APPROVED])
@pytest.mark.parametrize(
    "change", [{"name": "PayPal"}, {"products": ["helpdesk"]}, {"allowed_scopes": ["payouts_manage"]}]
)
def test_what_the_marketplace_approves_stays_as_it_was_submitted(status, change):
    app = ApplicationFactory(review_status=status)
    with pytest.raises(ReviewedAlready):
        change_application(app.pk, actor="test", starts_when_accepted=True, **change)
    assert not Application.objects.get(pk=app.pk).starts_when_accepted
    assert change_application(app.pk, actor="test", starts_when_accepted=True).starts_when_accepted


def test_a_developer_changes_what_sellers_may_set_and_nothing_else(browser):
    app = make(browser)
    path = f"{PAGE}{app.client_id}/edit/"
    assert "https://kites.example/oauth" in text_of(browser.get(path))
    tricks = {
        "commission_percent": "0",
        "first_party": "on",
        "review_status": "approved",
        "requires_pkce": "",
    }
    assert browser.post(path, SAID | tricks | {"name": "Reports", "allows_second": "on"}).status_code == 303
    app.refresh_from_db()
    assert (app.name, app.allows_second) == ("Reports", True)
    assert (app.commission_percent, app.first_party, app.review_status) == (20, False, "draft")
    assert ApplicationChange.objects.latest("pk").reason == "allows_second, name"


def test_approval_from_submission_to_the_first_real_charge(browser, developer):
    app = make(browser)
    path = f"{PAGE}{app.client_id}/"
    assert browser.post(f"{path}submit/").status_code == 303
    assert browser.post(f"{path}submit/").status_code == 409
    locked = browser.post(f"{path}edit/", SAID | {"name": "PayPal", "redirect_uris": "https://new.example/"})
    app.refresh_from_db()
    assert (locked.status_code, app.name, app.redirect_uris) == (
        303,
        "Report Builder",
        "https://new.example/",
    )
    refuse_application(app.pk, actor="staff:ann", reason="The name says too little.")
    with pytest.raises(WrongReviewState):
        approve_application(app.pk, actor="staff:ann")
    assert "did not approve it: The name says too little." in text_of(browser.get(path))
    messages = fetch_mails()
    assert [each.to for each in messages] == [["kim@seller.example"], ["dev@seller.example"]]
    assert (find_link(messages[0]), "says too little" in messages[0].body) == (path, True)
    browser.post(f"{path}submit/")
    browser.post(f"{path}submit/", {"act": "take_back"})
    assert browser.post(f"{path}edit/", SAID | {"name": "Kite Reports"}).status_code == 303
    browser.post(f"{path}submit/")
    approve_application(app.pk, actor="staff:ann")
    assert [each.subject for each in fetch_mails()] == ["Kite Reports is approved"] * 2
    token = text_of(browser.get(path))
    assert "It sells for real money" in token
    assert [each.act for each in ApplicationChange.objects.order_by("pk")] == [
        *("created", "submitted", "changed", "refused", "submitted", "taken_back", "changed"),
        *("submitted", "approved"),
    ]


def test_an_application_without_addresses_is_not_submitted(developer):
    app = ApplicationFactory(organization=developer.organization, draft=True, products=[])
    with pytest.raises(ApplicationIncomplete):
        submit_application(app.pk, actor="test")
    answer = log_in(developer).post(f"{PAGE}{app.client_id}/submit/")
    assert (answer.status_code, "needs a product" in text_of(answer)) == (409, True)


def test_others_do_not_know_it_and_the_billing_role_only_looks(browser, developer):
    app = make(browser)
    pages = ["", "edit/", "credentials/", "start/", "webhooks/new/"]
    stranger = log_in(AccountFactory(owner=True))
    assert {stranger.get(f"{PAGE}{app.client_id}/{page}").status_code for page in pages} == {404}
    assert {stranger.get(f"{PAGE}{'0' * 32}/{page}").status_code for page in pages} == {404}
    assert stranger.post(f"{PAGE}{app.client_id}/submit/").status_code == 404
    clerk = log_in(AccountFactory(organization=developer.organization))
    assert [clerk.get(f"{PAGE}{app.client_id}/{page}").status_code for page in pages] == [200, *[403] * 4]
    assert clerk.post(f"{PAGE}{app.client_id}/submit/").status_code == 403
    assert clerk.get(f"{PAGE}new/").status_code == 403


def test_strangers_let_an_application_in_test_mode_ask_for_charges_alone(developer):
    app = ApplicationFactory(organization=developer.organization, draft=True)
    assert list_permitted(app, developer.user) == app.allowed_scopes
    assert list_permitted(app, AccountFactory().user) == ["billing_manage", "billing--all:rw"]


def test_home_leads_from_step_to_step(browser, developer):
    assert "Make an application" in text_of(browser.get("/console/"))
    app = make(browser)
    home = text_of(browser.get("/console/"))
    assert "Make an application (done)" in home
    caller = find_caller(issue(browser, app))
    ChargeFactory(caller=caller, test=True, name="Kite icons", return_url="https://kites.example/")
    page = browser.get("/console/")
    home = text_of(page)
    assert "Make a test charge (done)" in home
    assert "Kite icons" in home
    assert f'href="/console/charges/{Charge.objects.get().public_id}/"' in page.content.decode()
    assert "Make a test buyer, and let a year" in home
    create_test_buyer(seller_id=app.organization_id)
    assert "pass in a minute (done)" in text_of(browser.get("/console/"))


def test_an_application_shows_its_own_webhooks_alone(browser):
    app = make(browser)
    for each, name in ((app, "mine"), (ApplicationFactory(organization=app.organization), "another")):
        create_endpoint(application_id=each.pk, url=f"https://hooks.example/{name}")
    shown = text_of(browser.get(f"{PAGE}{app.client_id}/"))
    assert "https://hooks.example/mine" in shown
    assert "https://hooks.example/another" not in shown


def test_what_another_seller_has_done_is_no_step_of_this_one(developer):
    owner = AccountFactory(organization=developer.organization, owner=True)
    ApplicationFactory(organization=developer.organization, draft=True)
    other = ApplicationFactory()
    create_test_buyer(seller_id=other.organization_id)
    create_endpoint(application_id=other.pk, url="https://hooks.example/")
    PayoutAccountFactory(organization=other.organization)
    ChargeFactory(caller=CallerFactory(application=other), test=True, name="Somebody else's")
    home = text_of(log_in(owner).get("/console/"))
    assert "Make an application (done)" in home
    assert home.count("(done)") == 1
    assert "Somebody else's" not in home


def test_a_stranger_comes_to_the_consent_page_by_the_address_of_the_quick_start(browser, settings):
    app = make(browser)
    assert "ledger_read" in app.allowed_scopes, "which nobody else may grant before the approval"
    address = browser.get(f"{PAGE}{app.client_id}/start/").context["authorize_url"]
    stranger = log_in(AccountFactory())
    for asked in (address, address.replace("&scope=billing_manage", "")):
        words = text_of(stranger.get(asked.removeprefix(settings.BASE_URL)))
        assert "Make and manage charges for LiveChat apps" in words
        assert "earnings" not in words


def issue(browser, app) -> str:
    path = f"{PAGE}{app.client_id}/start/"
    assert browser.post(path).status_code == 303
    return browser.get(path).context["token"]
