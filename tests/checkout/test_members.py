"""Who has the billing role gives it to colleagues, takes it away, and invites others."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from access.errors import LastBillingRole
from access.member_invitations import MOST_OPEN, invite_member, is_open, take_invitation_back
from access.members import change_roles, leave_organization, remove_member, set_billing_role
from access.models import ConsoleInvitation
from access.row_tokens import INVITATION, make_token
from access.tasks import mail_member_invitation
from core import clock
from customers.errors import OwnerMissing
from customers.models import Account, MemberChange
from operations.factories import AccountFactory, UserFactory
from tests.desk import log_in, text_of
from tests.money import run_at_once

PAGE = "/account/members/"
NEW = "another-password"
PASSWORD = {"new_password1": NEW, "new_password2": NEW}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def boss():
    return AccountFactory(email="boss@buyer.example")


@pytest.fixture
def invite(boss, django_capture_on_commit_callbacks):
    """Invite an address; return the answer and the path of the link, if one was mailed."""

    def invite(email: str, by=boss):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks() as queued:
            answer = log_in(by).post(PAGE, {"email": email})
        if queued:
            mail_member_invitation(ConsoleInvitation.objects.latest("pk").pk)
        links = [re.search(r"http://[^/]+(/\S+)", sent.body)[1] for sent in mail.outbox[before:]]
        return answer, *links

    return invite


def set_role(by, member, role: str):
    return log_in(by).post(f"{PAGE}{member.public_id}/role/", {"role": role})


def has_role(account) -> bool:
    return Account.objects.get(pk=account.pk).has_billing_role


def test_the_role_is_given_and_taken_once_and_the_history_says_by_whom(boss):
    clerk = AccountFactory(organization=boss.organization, has_billing_role=False)
    assert "Give the billing role to" in text_of(log_in(boss).get(PAGE))
    for role, after in (("give", True), ("give", True), ("take", False), ("take", False)):
        assert set_role(boss, clerk, role)["Location"] == PAGE
        assert has_role(clerk) == after
    changes = MemberChange.objects.values_list("account", "before", "after", "actor")
    by = f"page/account:{boss.public_id}"
    assert list(changes) == [(clerk.pk, [], ["billing"], by), (clerk.pk, ["billing"], [], by)]


def test_somebody_keeps_the_role(boss):
    page = set_role(boss, boss, "take")
    assert page.status_code == 409
    assert "Nobody else has the billing role" in text_of(page)
    other = AccountFactory(organization=boss.organization)
    assert set_role(boss, boss, "take")["Location"] == "/account/"
    assert (has_role(boss), has_role(other)) == (False, True)


def test_others_may_neither_look_nor_change(boss):
    clerk = AccountFactory(organization=boss.organization, has_billing_role=False)
    stranger = AccountFactory()
    assert [log_in(clerk).get(PAGE).status_code, set_role(clerk, clerk, "give").status_code] == [403, 403]
    assert set_role(stranger, clerk, "give").status_code == 404
    assert log_in(boss).post(f"{PAGE}{uuid4()}/role/", {"role": "give"}).status_code == 404
    assert "boss@buyer.example" not in text_of(log_in(stranger).get(PAGE))
    assert not has_role(clerk)


@pytest.mark.slow
def test_where_there_are_owners_they_alone_change_roles(boss, invite):
    clerk = AccountFactory(organization=boss.organization, has_billing_role=False)
    invite("first@buyer.example")
    [waits] = ConsoleInvitation.objects.all()
    owner = AccountFactory(organization=boss.organization, is_owner=True)
    page = log_in(boss).get(PAGE)
    assert "Owners give the role to others." in text_of(page)
    for words in ("Give the billing role to", "Invite a colleague", "Take back"):
        assert words not in text_of(page)
        assert words in text_of(log_in(owner).get(PAGE))
    for by, said, after in ((boss, "give", False), (owner, "give", True), (boss, "take", True)):
        answer = set_role(by, clerk, said)
        assert (answer.status_code, has_role(clerk)) == (303 if by is owner else 409, after)
    assert "Only an owner of your organisation can change roles." in text_of(answer)
    assert invite("new@buyer.example")[0].status_code == 409
    log_in(boss).post(f"{PAGE}invitations/{waits.public_id}/withdraw/")
    assert not is_open(waits)  # Whoever sent it may give the role no more.
    assert ConsoleInvitation.objects.get().ended_at is None
    assert set_role(boss, boss, "take")["Location"] == "/account/"
    assert not has_role(boss)


def test_a_newcomer_joins_by_the_link_once(boss, invite):
    answer, path = invite("New@buyer.example")
    assert answer["Location"] == PAGE
    assert "Invited new@buyer.example The link works until" in text_of(log_in(boss).get(PAGE))
    browser = Client()
    assert f"Join {boss.organization.name}?" in text_of(browser.get(path))
    assert browser.post(path, PASSWORD | {"new_password1": "short"}).status_code == 400
    assert browser.post(path, PASSWORD)["Location"] == "/account/"
    member = Account.objects.get(email="new@buyer.example")
    assert (member.organization_id, member.has_billing_role) == (boss.organization_id, True)
    assert "Logged in as new@buyer.example" in text_of(browser.get("/account/"))
    assert MemberChange.objects.get().account == member
    assert Client().post(path, PASSWORD).status_code == 410


def test_a_colleague_with_a_log_in_gets_the_role_after_logging_in(boss, invite):
    clerk = AccountFactory(organization=boss.organization, has_billing_role=False)
    _, path = invite(clerk.email)
    assert Client().get(path)["Location"].startswith("/login/?next=%2Fjoin%2F")
    assert Client().post(path, PASSWORD).status_code == 303
    assert log_in(boss).post(path).status_code == 410
    page = log_in(boss).get(path)
    assert (page.status_code, "Join" in text_of(page)) == (410, False)
    assert not has_role(clerk)
    browser = log_in(clerk)
    assert "Join" in text_of(browser.get(path))
    assert browser.post(path).status_code == 303
    assert has_role(clerk)
    answer, *links = invite(clerk.email)
    assert (answer.status_code, links) == (409, [])


def test_who_invites_does_not_learn_of_log_ins_elsewhere_and_they_stay_where_they_are(invite):
    elsewhere = AccountFactory()
    staff = UserFactory(username="root@buyer.example", staff=True)
    for email in (elsewhere.email, staff.username):
        answer, path = invite(email)
        assert answer.status_code == 303
        page = Client().post(path, PASSWORD)
        assert page.status_code == 410
        assert "belongs to another organisation" in text_of(page)
    assert Account.objects.get(email=elsewhere.email).organization == elsewhere.organization


def test_an_invitation_ends_when_it_is_old_taken_back_repeated_or_its_sender_lost_the_role(boss, invite):
    _, old = invite("a@buyer.example")
    with clock.travel_to(clock.now() + timedelta(days=8)):
        assert Client().get(old).status_code == 410
    _, again = invite("a@buyer.example")
    assert [Client().get(path).status_code for path in (old, again)] == [410, 200]
    open_one = ConsoleInvitation.objects.get(ended_at=None)
    take_back = f"/account/invitations/{open_one.public_id}/withdraw/"
    assert log_in(AccountFactory()).post(take_back).status_code == 303
    assert Client().get(again).status_code == 200
    assert log_in(boss).post(take_back).status_code == 303
    assert Client().get(again).status_code == 410
    _, last = invite("a@buyer.example")
    AccountFactory(organization=boss.organization)
    set_role(boss, boss, "take")
    assert Client().get(last).status_code == 410
    for token in ("", "x", "a:b"):
        assert Client().post(f"/join/?token={token}", PASSWORD).status_code == 410


def test_what_an_owner_gave_or_invited_to_is_not_for_the_billing_role_to_take(boss, invite):
    owner = AccountFactory(organization=boss.organization, owner=True)
    wanted = invite_member(email="new@buyer.example", roles=["developer"], by=owner)
    answer, *links = invite(wanted.email, by=owner)
    assert (answer.status_code, links) == (409, [])
    assert "This address is invited already" in text_of(answer)
    assert "An owner has every role" in text_of(set_role(owner, owner, "take"))
    assert has_role(owner)
    assert wanted.email not in text_of(log_in(boss).get(PAGE))
    with pytest.raises(OwnerMissing):
        take_invitation_back(wanted.public_id, by=boss)
    with pytest.raises(OwnerMissing):
        invite_member(email="b@buyer.example", roles=["billing", "developer"], by=boss)
    link = f"/join/?token={make_token(INVITATION, wanted.public_id)}"
    assert Client().get(link).status_code == 410, "it is a link of the console"
    change_roles(boss.pk, roles=["owner"], by=owner)
    leave_organization(owner)
    wanted.refresh_from_db()
    assert not is_open(wanted), "who invited is gone"


def test_a_member_who_was_removed_joins_again_and_one_who_lost_the_role_is_not_removed(boss, invite):
    owner = AccountFactory(organization=boss.organization, owner=True)
    clerk = AccountFactory(organization=boss.organization)
    set_role(owner, clerk, "take")
    log_ins = User.objects.filter(account=clerk)
    log_ins.update(is_active=False)
    _, path = invite(clerk.email, by=owner)
    assert Client().post(path, PASSWORD).status_code == 303, (
        "staff switched it off: it goes to the log-in page"
    )
    log_ins.update(is_active=True)
    remove_member(clerk.pk, by=owner)
    assert Client().post(path, PASSWORD)["Location"] == "/account/"
    assert has_role(clerk)
    assert log_ins.get().is_active


@pytest.mark.parametrize("email", ["", "x", "a@b", "a\0@b.example", f"{'a' * 300}@b.example"])
def test_nonsense_is_no_address(invite, email):
    answer, *links = invite(email)
    assert (answer.status_code, links) == (400, [])


def test_so_many_are_open_at_once(boss, invite):
    for number in range(MOST_OPEN):
        ConsoleInvitation.objects.create(
            organization=boss.organization,
            email=f"{number}@buyer.example",
            roles=["billing"],
            inviter=boss,
            invited_by="page/account",
            expires_at=clock.now() + timedelta(days=1),
        )
    answer, *links = invite("one.more@buyer.example")
    assert (answer.status_code, links) == (409, [])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_role_from_each_other_at_once_leave_one_with_it():
    first = AccountFactory()
    second = AccountFactory(organization=first.organization)
    results = run_at_once(
        lambda: set_billing_role(second.public_id, by=first, is_given=False),
        lambda: set_billing_role(first.public_id, by=second, is_given=False),
    )
    assert [has_role(first), has_role(second)].count(True) == 1
    assert sum(isinstance(result, Exception) for result in results) == 1
    keeper = first if has_role(first) else second
    with pytest.raises(LastBillingRole):
        set_billing_role(keeper.public_id, by=keeper, is_given=False)
