"""Members and invitations are of one organisation: another one with the same people changes nothing."""

import pytest

from access.errors import InvitedElsewhere
from access.joining import _lock_open, accept_more_roles, find_invited
from access.member_invitations import (
    MOST_OPEN,
    find_invitation,
    invite_member,
    invite_to_billing,
    is_open,
    list_to_billing,
    take_invitation_back,
)
from access.members import change_roles
from access.models import ConsoleInvitation
from access.row_tokens import TO_BILLING, make_token
from customers.errors import BillingRoleMissing, InvitationNotFound, MemberNotFound, TooManyInvitations
from customers.models import Account
from operations.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db
ADA = "ada@buyer.example"


@pytest.fixture
def owners():
    return AccountFactory.create_batch(2, owner=True)


def reload(invitation):
    return ConsoleInvitation.objects.get(pk=invitation.pk)


def test_two_organisations_invite_the_same_person_and_neither_ends_the_others_link(owners):
    made = [invite_to_billing(email=ADA, by=owner) for owner in owners]
    for owner, invitation in zip(owners, made, strict=True):
        assert is_open(reload(invitation))
        assert [*list_to_billing(owner.organization_id)] == [invitation]


def test_so_many_invitations_are_open_for_each_organisation(owners):
    for number in range(MOST_OPEN):
        invite_member(email=f"{number}@buyer.example", roles=["developer"], by=owners[0])
    with pytest.raises(TooManyInvitations):
        invite_member(email=ADA, roles=["developer"], by=owners[0])
    assert is_open(invite_member(email=ADA, roles=["developer"], by=owners[1]))


@pytest.mark.usefixtures("owners")
def test_who_lacks_the_role_is_sent_to_an_owner_only_where_there_is_one():
    member = AccountFactory(has_billing_role=False)
    with pytest.raises(BillingRoleMissing):
        invite_to_billing(email=ADA, by=member)


def test_an_owner_changes_no_roles_of_another_organisation(owners):
    with pytest.raises(MemberNotFound):
        change_roles(owners[1].pk, roles=["developer"], by=owners[0])
    assert Account.objects.get(pk=owners[1].pk).is_owner


def test_an_invitation_gives_no_roles_to_a_log_in_of_another_organisation(owners):
    stranger = AccountFactory(email=ADA, has_billing_role=False)
    invitation = invite_to_billing(email=ADA, by=owners[0])
    with pytest.raises(InvitedElsewhere):
        find_invited(invitation)
    token = make_token(TO_BILLING, invitation.public_id)
    with pytest.raises(MemberNotFound):
        accept_more_roles(token, purpose=TO_BILLING, account=stranger)
    assert not Account.objects.get(pk=stranger.pk).has_billing_role


def test_an_invitation_gives_no_roles_to_a_colleague_of_whom_it_is_for(owners):
    colleague = AccountFactory(organization=owners[0].organization, has_billing_role=False)
    token = make_token(TO_BILLING, invite_to_billing(email=ADA, by=owners[0]).public_id)
    with pytest.raises(InvitedElsewhere):
        accept_more_roles(token, purpose=TO_BILLING, account=colleague)
    assert not Account.objects.get(pk=colleague.pk).has_billing_role


def test_the_address_of_staff_is_elsewhere_too(owners):
    UserFactory(username=ADA, email=ADA, staff=True)
    with pytest.raises(InvitedElsewhere):
        find_invited(invite_to_billing(email=ADA, by=owners[0]))


def test_what_was_taken_back_while_its_link_was_read_is_not_accepted(owners):
    invitation = invite_to_billing(email=ADA, by=owners[0])
    found = find_invitation(make_token(TO_BILLING, invitation.public_id), purpose=TO_BILLING)
    take_invitation_back(invitation.public_id, by=owners[0])
    with pytest.raises(InvitationNotFound):
        _lock_open(found)
