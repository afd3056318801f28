"""Staff register a person in one form, and change roles with the history that the console writes."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from customers.models import Account, MemberChange
from operations.factories import AccountFactory, OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/customers/account/add/"


def page_of(account):
    return reverse("admin:customers_account_change", args=[account.pk])


def histories(account):
    rows = MemberChange.objects.filter(account=account).order_by("pk")
    return [(row.before, row.after, row.actor) for row in rows]


def errors(answer):
    return answer.context["adminform"].form.errors


def test_one_form_makes_account_and_log_in_and_the_e_mail_logs_in_however_it_is_typed(staff):
    organization = OrganizationFactory()
    said = {"email": "Dana@Buyer.Example", "organization": organization.pk, "has_billing_role": "on"}
    assert staff.post(ADD, said).status_code == 302
    account = Account.objects.get()
    assert (account.email, account.user.username) == ("dana@buyer.example", "dana@buyer.example")
    assert not account.user.has_usable_password()
    assert histories(account) == [([], ["billing"], "staff:root")]
    account.user.set_password("a-long-enough-password")
    account.user.save()
    browser = Client()
    answer = browser.post("/login/", {"username": "DANA@buyer.EXAMPLE", "password": "a-long-enough-password"})
    assert answer.status_code == 302
    assert browser.get("/account/").status_code == 200


def test_an_e_mail_that_is_taken_or_is_none_is_refused_by_its_field(staff):
    taken, organization = AccountFactory(email="dana@buyer.example"), OrganizationFactory()
    UserFactory(username="Lee@buyer.example")
    for email in (
        "DANA@buyer.example",
        "lee@BUYER.example",
        "nobody",
        "a@b.example\0",
        "4111111111111111@b.example",
    ):
        answer = staff.post(ADD, {"email": email, "organization": organization.pk})
        assert "email" in errors(answer), email
    assert [*Account.objects.all()] == [taken]
    assert User.objects.count() == 3


def test_roles_are_changed_by_the_service_of_the_console(staff):
    owner = AccountFactory(is_owner=True, has_billing_role=True)
    member = AccountFactory(organization=owner.organization, has_billing_role=False)
    assert staff.post(page_of(member), {"email": member.email, "is_owner": "on"}).status_code == 302
    [(before, after, actor)] = histories(member)
    assert (before, "owner" in after, actor) == ([], True, "staff:root")
    assert staff.post(page_of(member), {"email": "New@buyer.example"}).status_code == 302
    member.refresh_from_db()
    assert (member.email, member.given_roles) == ("new@buyer.example", [])
    assert len(histories(member)) == 2


@pytest.mark.parametrize("role", ["is_owner", "has_billing_role"])
def test_the_last_owner_and_the_last_billing_role_stay(staff, role):
    only = AccountFactory(**{"has_billing_role": False} | {role: True})
    before = only.given_roles
    answer = staff.post(page_of(only), {"email": only.email})
    assert role in errors(answer)
    only.refresh_from_db()
    assert only.given_roles == before
    assert histories(only) == []
