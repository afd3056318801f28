"""One person of the staff, or who knows its password alone, takes over no log-in, app or payout."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from access.log_in_links import Purpose, make_token, use_reset_link
from access.models import LogInCounter, OpenSession
from approvals.errors import ApprovedByRequester
from core import clock
from customers.models import Account, Application, Organization
from operations.factories import AccountFactory, ApplicationFactory, SubscriptionFactory, UserFactory
from operations.factories.payouts import earn
from payouts.accounts import change_account
from payouts.decide import approve_payout
from payouts.models import Direction
from payouts.request import Requester, request_payout
from taxes.models import TaxRate
from tests.backoffice.second_factors import add_app, browse, log_in, person
from tests.payouts.conftest import seller as seller
from tests.payouts.test_accounts import DESTINATION

pytestmark = pytest.mark.django_db
PASSWORD = "long-Horse-battery-7 staple"


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = "money"


def member_of(role, *others):
    user = person(role.lower())
    user.groups.add(*Group.objects.filter(name__in=[role, *others]))
    return user


def test_who_adds_a_person_to_a_seller_does_not_approve_what_that_person_asks_for(seller):
    earn(seller, 10_000)
    boss = member_of("Administrator", "Approver")
    said = {"email": "me@evil.example", "organization": seller.pk, "user": "", "is_owner": "on"}
    log_in(boss, add_app(boss)).post("/admin/customers/account/add/", said)
    account = Account.objects.get(email="me@evil.example")
    assert use_reset_link(make_token(Purpose.RESET, account.user), password=PASSWORD)
    change_account(
        organization_id=seller.pk, currency="EUR", destination=DESTINATION, actor="page", by=account.user
    )
    with clock.travel_to(clock.now() + timedelta(days=4)):
        payout = request_payout(
            organization_id=seller.pk,
            currency="EUR",
            amount_minor=5_000,
            requester=Requester(actor="page", account=account),
        )
        with pytest.raises(ApprovedByRequester):
            approve_payout(payout.pk, user=boss)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("customers/account", {"email": "me@evil.example", "has_billing_role": "on"}),
        ("customers/account", {"is_owner": "on", "has_billing_role": "on"}),
        ("auth/user", {"email": "me@evil.example"}),
        ("auth/user", {"username": "me@evil.example"}),
        ("auth/user", {"is_active": "on"}),
    ],
)
def test_who_changes_how_a_person_logs_in_or_what_for_is_noted(seller, page, said):
    account, boss = AccountFactory(organization=seller), member_of("Administrator")
    if "is_active" in said:
        account.user.is_active = False
        account.user.save()
    about = account if page == "customers/account" else account.user
    now = {"email": about.email}
    if about == account.user:
        now |= {"username": about.username} | ({"is_active": "on"} if about.is_active else {})
    browser = log_in(boss, add_app(boss))
    assert browser.post(f"/admin/{page}/{about.pk}/change/", now | said).status_code == 302
    assert [*Direction.objects.values_list("user", "log_in")] == [(boss.pk, account.user_id)]


def test_who_changes_nothing_is_not_noted(seller):
    account, boss = AccountFactory(organization=seller, has_billing_role=True), member_of("Administrator")
    said = {"email": account.email, "has_billing_role": "on"}
    log_in(boss, add_app(boss)).post(f"/admin/customers/account/{account.pk}/change/", said)
    assert not Direction.objects.exists()


def read_log_in(account):
    account.refresh_from_db()
    account.user.refresh_from_db()
    return account.email, account.user.email, account.user.username


def list_forms(account):
    """The forms that give power, each with a row to change."""
    return {
        "auth/user": account.user_id,
        "auth/group": Group.objects.get(name="Viewer").pk,
        "customers/account": account.pk,
        "customers/application": ApplicationFactory().pk,
        "customers/organization": account.organization_id,
        "taxes/taxrate": TaxRate.objects.earliest("pk").pk,
    }


@pytest.mark.parametrize("is_superuser", [True, False])
def test_without_the_second_factor_nobody_fills_in_a_form_that_gives_power(is_superuser):
    user = UserFactory(superuser=True) if is_superuser else member_of("Administrator", "Finance")
    victim, browser = AccountFactory(), browse(user)
    before = read_log_in(victim)
    for page, row in list_forms(victim).items():
        if page == "auth/group" and not is_superuser:
            continue
        for address in (f"/admin/{page}/add/", f"/admin/{page}/{row}/change/"):
            said = {"name": "Evil", "email": "me@evil.example", "username": "evil", "new_secret": "on"}
            for answer in (browser.get(address), browser.post(address, said)):
                assert answer.status_code == 302, address
                assert answer.url.startswith("/admin/your-log-in/?next="), address
    assert read_log_in(victim) == before
    for model in (Application, Organization, Group):
        assert not model.objects.filter(name="Evil").exists()


def test_who_only_looks_is_asked_for_nothing():
    viewer, account = member_of("Viewer"), AccountFactory()
    for page, row in list_forms(account).items():
        if not page.startswith("auth/"):
            assert browse(viewer).get(f"/admin/{page}/{row}/change/").status_code == 200


def test_support_opens_log_ins_and_changes_none():
    account, support = AccountFactory(), member_of("Support")
    row = LogInCounter.objects.create(kind="name", subject=account.user.username, failures=20)
    browser = log_in(support, add_app(support))
    said = {"username": account.user.username, "email": "me@evil.example", "is_active": "on"}
    assert browser.post(f"/admin/auth/user/{account.user_id}/change/", said).status_code == 403
    account.user.refresh_from_db()
    assert account.user.email != "me@evil.example"
    assert browser.get(f"/admin/auth/user/{account.user_id}/change/").status_code == 200
    browser.post("/admin/access/logincounter/", {"action": "open_names", "_selected_action": [row.pk]})
    assert not LogInCounter.objects.filter(kind="name", failures__gt=0).exists()


def test_a_session_from_before_somebody_was_staff_is_asked_for_the_factor():
    user = person("x", password=PASSWORD)
    add_app(user)
    user.is_staff = False
    user.save()
    browser = Client()
    assert browser.post("/login/", {"username": "x", "password": PASSWORD}).status_code == 302
    user.is_staff = True
    user.save()
    assert browser.get("/admin/").url.startswith("/admin/second-factor/")


@pytest.mark.slow
@pytest.mark.parametrize("is_staff", [True, False])
@pytest.mark.parametrize("way", ["act", "form"])
def test_sessions_end_when_somebody_becomes_staff_or_is_it_no_more(way, is_staff):
    boss, other = UserFactory(username="boss", superuser=True), UserFactory(username="other")
    other.is_staff = not is_staff
    other.save()
    browse(other)
    browser = log_in(boss, add_app(boss))
    if way == "act":
        address, said = f"/admin/auth/user/{other.pk}/change-roles/", {"reason": "x"}
    else:
        address, said = f"/admin/auth/user/{other.pk}/change/", form_of(browser, other)
    said = {**said, "is_staff": "on"} if is_staff else {**said, "is_staff": ""}
    assert browser.post(address, said).status_code == 302
    other.refresh_from_db()
    assert other.is_staff is is_staff
    assert not OpenSession.objects.filter(user=other).exists()
    assert browser.get("/admin/").status_code == 200


def form_of(browser, user):
    return {
        "username": user.username,
        "email": user.email,
        "is_active": "on",
        "date_joined_0": f"{user.date_joined:%Y-%m-%d}",
        "date_joined_1": f"{user.date_joined:%H:%M:%S}",
    }


@pytest.mark.slow
@pytest.mark.parametrize("ticked", ["x", "", "\0", "1.5", "-", "9" * 20, "٣" * 30])
def test_nonsense_that_is_ticked_is_a_bad_request(ticked):
    boss = UserFactory(username="boss", superuser=True)
    browser = log_in(boss, add_app(boss))
    SubscriptionFactory(activated=True)
    for page, act in (("subscriptions/subscription", "hold"), ("access/logincounter", "open_names")):
        said = {"action": act, "_selected_action": [ticked], "confirmed": "1", "reason": "x"}
        assert browser.post(f"/admin/{page}/", said).status_code == 400
