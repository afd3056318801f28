"""Members of an organisation: invited by mail, roles, removal; an owner stays."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from access.member_invitations import invite_seller
from access.members import change_roles, remove_member
from access.models import ConsoleInvitation
from access.oauth.access_tokens import issue_token
from access.oauth.bearer_tokens import find_caller
from core import clock
from customers.errors import LastOwner, NotAuthenticated, OwnerMissing, SignUpClosed
from customers.models import Account, MemberChange, Organization
from operations.factories import AccountFactory, ApplicationFactory, OrganizationFactory
from tests.console.desk import fetch_mails, find_link
from tests.desk import log_in, text_of

pytestmark = pytest.mark.django_db
PAGE = "/console/members/"
PASSWORD = {"password": "a kite in the wind"}


@pytest.fixture
def seller():
    return OrganizationFactory(name="Paper Kites Ltd")


@pytest.fixture
def owner(seller):
    return AccountFactory(organization=seller, email="kim@seller.example", owner=True)


@pytest.fixture
def colleague(seller):
    return AccountFactory(organization=seller, email="lee@seller.example", developer=True)


def invite(browser, email="New@Seller.example", roles=("developer",)):
    return browser.post(PAGE, {"email": email, "roles": roles})


def test_an_invited_person_becomes_a_member_with_the_chosen_roles(owner, seller, client):
    assert invite(log_in(owner)).status_code == 303
    [message] = fetch_mails()
    assert (message.to, message.subject) == (["new@seller.example"], "Join Paper Kites Ltd")
    link = find_link(message)
    assert "You will log in as new@seller.example" in text_of(client.get(link))
    assert client.post(link, {"password": "short"}).status_code == 400
    assert client.post(link, PASSWORD)["Location"] == "/login/?next=/console/"
    account = Account.objects.get(email="new@seller.example")
    assert (account.organization, account.given_roles) == (seller, ["developer"])
    assert client.post(link, PASSWORD).status_code == 410, "the link works once"
    assert client.login(username="new@seller.example", **PASSWORD)
    assert "new@seller.example: no roles → developer, by an invitation" in text_of(client.get(PAGE))


def test_invitations_end_by_time_and_by_hand_and_are_open_once(owner, client):
    browser = log_in(owner)
    invite(browser)
    assert "has an invitation that is open" in text_of(invite(browser))
    assert "is a member" in text_of(invite(browser, email=owner.email))
    link = find_link(fetch_mails()[0])
    with clock.travel_to(clock.now() + timedelta(days=8)):
        assert client.get(link).status_code == 410
        assert invite(log_in(owner)).status_code == 303
    newest = ConsoleInvitation.objects.order_by("pk").last()
    path = f"{PAGE}invitations/{newest.public_id}/take-back/"
    assert log_in(AccountFactory(owner=True)).post(path).status_code == 404
    assert browser.post(path).status_code == 303
    assert client.post(link, PASSWORD).status_code == 410


def test_whom_somebody_invited_who_has_left_is_not_shown_as_invited_and_can_be_invited_again(
    owner, seller, client
):
    second = AccountFactory(organization=seller, owner=True)
    invite(log_in(second))
    dead = find_link(fetch_mails()[0])
    remove_member(second.pk, by=owner)
    browser = log_in(owner)
    assert client.get(dead).status_code == 410
    assert "new@seller.example" not in text_of(browser.get(PAGE))
    assert invite(browser).status_code == 303
    assert "new@seller.example" in text_of(browser.get(PAGE)).partition("History")[0]
    assert client.post(dead, PASSWORD).status_code == 410
    assert client.post(find_link(fetch_mails()[0]), PASSWORD).status_code == 303


def test_an_account_of_another_organisation_is_told_to_its_owner_alone(owner, client):
    AccountFactory(email="new@seller.example")
    assert invite(log_in(owner)).status_code == 303
    refused = client.post(find_link(fetch_mails()[0]), PASSWORD)
    assert (refused.status_code, "account with this address" in text_of(refused)) == (409, True)


def test_members_invitations_and_changes_of_others_are_not_shown(owner):
    other = log_in(AccountFactory(email="ann@other.example", owner=True))
    invite(other, email="bob@other.example")
    client = Client()
    invite(other, email="eve@other.example")
    client.post(find_link(fetch_mails()[1]), PASSWORD)
    assert text_of(other.get(PAGE)).count("@other.example") >= 4
    assert "@other.example" not in text_of(log_in(owner).get(PAGE))


def test_owners_alone_invite_change_and_remove(owner, colleague):
    browser = log_in(colleague)
    assert invite(browser).status_code == 400
    path = f"{PAGE}{owner.public_id}/"
    assert (browser.get(path).status_code, browser.post(f"{path}remove/").status_code) == (403, 403)
    foreign = log_in(AccountFactory(owner=True))
    assert (foreign.get(path).status_code, foreign.post(f"{path}remove/").status_code) == (404, 404)
    with pytest.raises(OwnerMissing):
        change_roles(owner.pk, roles=["billing"], by=colleague)
    answer = log_in(owner).post(f"{PAGE}{colleague.public_id}/", {"roles": ["billing", "owner"]})
    assert answer.status_code == 303
    colleague.refresh_from_db()
    assert colleague.given_roles == ["owner", "billing", "developer"], "an owner has all"
    change = MemberChange.objects.get()
    assert (change.before, change.after, change.actor) == (
        ["developer"],
        ["owner", "billing", "developer"],
        f"console/account:{owner.public_id}",
    )
    assert log_in(owner).post(f"{PAGE}{colleague.public_id}/", {"roles": ["king"]}).status_code == 400


def test_a_removed_member_is_out_at_once_and_may_be_invited_again(owner, colleague, client):
    app = ApplicationFactory(organization=owner.organization)
    token, browser = issue_token(colleague, app, "billing_manage"), log_in(colleague)
    assert log_in(owner).post(f"{PAGE}{colleague.public_id}/remove/").status_code == 303
    assert browser.get("/console/")["Location"].startswith("/login/")
    with pytest.raises(NotAuthenticated):
        find_caller(token)
    assert "lee@seller.example" not in text_of(log_in(owner).get(PAGE)).partition("History")[0]
    invite(log_in(owner), email=colleague.email, roles=["billing"])
    client.post(find_link(fetch_mails()[0]), PASSWORD)
    colleague.refresh_from_db()
    assert (colleague.user.is_active, colleague.given_roles) == (True, ["billing"])


def test_the_last_owner_stays(owner, colleague):
    browser = log_in(owner)
    assert browser.post(f"{PAGE}leave/").status_code == 409
    assert browser.post(f"{PAGE}{owner.public_id}/", {"roles": ["billing"]}).status_code == 409
    assert browser.post(f"{PAGE}{owner.public_id}/remove/").status_code == 409
    with pytest.raises(IntegrityError, match="last owner"), transaction.atomic():
        Account.objects.filter(pk=owner.pk).update(is_owner=False)
    change_roles(colleague.pk, roles=["owner"], by=owner)
    assert browser.post(f"{PAGE}leave/")["Location"] == "/login/"
    assert browser.get("/console/")["Location"].startswith("/login/")


def test_whom_staff_switched_off_no_owner_lets_in_again(owner, colleague, client):
    colleague.user.is_active = False
    colleague.user.save()
    invite(log_in(owner), email=colleague.email)
    assert client.post(find_link(fetch_mails()[0]), PASSWORD).status_code == 409
    colleague.user.refresh_from_db()
    assert not colleague.user.is_active


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_at_once_leave_one():
    first = AccountFactory(owner=True)
    second = AccountFactory(owner=True, organization=first.organization)
    barrier, refused = Barrier(2), []

    def remove(who, by):
        try:
            barrier.wait()
            remove_member(who.pk, by=by)
        except (OwnerMissing, LastOwner) as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Account.objects.filter(is_owner=True).count() == 1


def test_the_marketplace_invites_a_new_seller_without_approval(settings):
    settings.SELLER_SIGN_UP = "invitation"
    invite_seller(email="ada@new.example", actor="staff:ann")
    link, browser = find_link(fetch_mails()[0]), Client()
    said = PASSWORD | {"organization_name": "Ada's Apps", "country": "GB"}
    assert browser.post(link, said | {"country": ""}).status_code == 400
    assert browser.post(link, said).status_code == 303
    assert Organization.objects.get(name="Ada's Apps").accounts.get().is_owner
    settings.SELLER_SIGN_UP = "closed"
    with pytest.raises(SignUpClosed):
        invite_seller(email="bob@new.example", actor="staff:ann")
