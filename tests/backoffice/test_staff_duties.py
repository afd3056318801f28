"""Which staff may change whom: superusers alone decide about staff, permissions and passwords of others."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from customers.models import Account, Application, Organization
from operations.factories import AccountFactory, ApplicationFactory, OrganizationFactory, UserFactory
from tests.backoffice.forms import NO_ROWS_BELOW, list_acts
from tests.backoffice.test_admin_tenants import app_form

PASSWORD = "a-long-enough-password"
NEW_PASSWORD = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
DAY = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
# All that the admin can let anybody do, but for being a superuser.
EVERYTHING = Permission.objects.exclude(codename__startswith="delete_")

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    """Staff with every permission there is."""
    user = UserFactory(username="colleague", staff=True)
    user.user_permissions.set(EVERYTHING)
    return user


@pytest.fixture
def desk(colleague):
    return browse(colleague)


def browse(user):
    browser = Client()
    browser.force_login(user)
    return browser


def at(model, page, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def form_of(user, **changes):
    said = {"username": user.username, "first_name": user.first_name, "email": user.email, "is_active": "on"}
    return said | DAY | changes


def password_page(user):
    return reverse("admin:auth_user_password_change", args=[user.pk])


def lines_about(row):
    return [line.get_change_message() for line in LogEntry.objects.filter(object_id=row.pk).order_by("pk")]


@pytest.mark.parametrize("whom", ["himself", "other staff", "a superuser"])
def test_staff_change_no_staff(desk, colleague, whom):
    user = {
        "himself": lambda: colleague,
        "other staff": lambda: UserFactory(staff=True),
        "a superuser": lambda: UserFactory(superuser=True, is_staff=False),
    }[whom]()
    before = User.objects.values().get(pk=user.pk)
    assert desk.get(at(User, "change", user.pk)).status_code == 200
    for change in ({"first_name": "X"}, {"is_superuser": "on", "is_staff": "on"}, {"username": "new"}):
        assert desk.post(at(User, "change", user.pk), form_of(user, **change)).status_code == 403
    assert desk.post(password_page(user), NEW_PASSWORD).status_code == 403
    assert User.objects.values().get(pk=user.pk) == before


def test_staff_change_the_names_of_others_and_switch_them_off_but_nothing_more(desk):
    user = AccountFactory(user__password="the-old-password").user
    group = Group.objects.create(name="Books")
    everything = {
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [group.pk],
        "user_permissions": [EVERYTHING.first().pk],
        "password": "x",
        "password1": PASSWORD,
    }
    said = form_of(user, first_name="Dana", email="dana@buyer.example") | everything
    del said["is_active"]
    assert desk.post(at(User, "change", user.pk), said).status_code == 302
    changed = User.objects.get(pk=user.pk)
    assert (changed.first_name, changed.email, changed.is_active) == ("Dana", "dana@buyer.example", False)
    assert (changed.is_staff, changed.is_superuser) == (False, False)
    assert not changed.groups.exists()
    assert not changed.user_permissions.exists()
    assert check_password("the-old-password", changed.password)
    for method in ("get", "post"):
        assert getattr(desk, method)(password_page(user), NEW_PASSWORD).status_code == 403
    assert b"pbkdf2" not in desk.get(at(User, "change", user.pk)).content


def test_staff_add_people_without_a_password(desk, staff):
    said = {"username": "New@Buyer.example", "email": "new@buyer.example", "is_superuser": "on"}
    assert desk.post(at(User, "add"), said | NEW_PASSWORD).status_code == 302
    user = User.objects.get(username="new@buyer.example")
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert staff.post(password_page(user), NEW_PASSWORD).status_code == 302
    assert check_password(PASSWORD, User.objects.get(pk=user.pk).password)


def test_staff_make_and_change_no_groups(desk):
    group = Group.objects.create(name="Books")
    said = {"name": "Everything", "permissions": [permission.pk for permission in EVERYTHING[:5]]}
    assert desk.get(at(Group, "change", group.pk)).status_code == 200
    assert desk.post(at(Group, "change", group.pk), said).status_code == 403
    assert desk.post(at(Group, "add"), said).status_code == 403
    assert not group.permissions.exists()


@pytest.mark.parametrize("whose", ["the own log-in", "that of other staff", "that of a superuser"])
@pytest.mark.parametrize("by", ["staff", "superuser"])
def test_nobody_attaches_a_log_in_of_staff_to_a_buyer(desk, staff, colleague, whose, by):
    user = {
        "the own log-in": lambda: colleague if by == "staff" else User.objects.get(username="root"),
        "that of other staff": lambda: UserFactory(staff=True),
        "that of a superuser": lambda: UserFactory(superuser=True, is_staff=False),
    }[whose]()
    said = {"email": "me@buyer.example", "organization": OrganizationFactory().pk, "user": user.pk}
    answer = (desk if by == "staff" else staff).post(at(Account, "add"), said | {"has_billing_role": "on"})
    assert answer.status_code == 200
    assert "is staff" in answer.context["adminform"].form.errors["user"][0]
    assert not Account.objects.exists()


def test_not_even_a_superuser_makes_staff_of_an_account(staff):
    user = AccountFactory().user
    for flag in ("is_staff", "is_superuser"):
        answer = staff.post(at(User, "change", user.pk), form_of(user, **{flag: "on"}))
        assert "has an account" in str(answer.context["adminform"].form.non_field_errors())
    assert not User.objects.get(pk=user.pk).is_staff


def test_staff_name_no_operator_and_no_first_party_application(desk):
    organization, app = OrganizationFactory(), ApplicationFactory()
    inline = NO_ROWS_BELOW
    said = {"name": "Renamed", "is_operator": "on"} | inline
    assert desk.post(at(Organization, "change", organization.pk), said).status_code == 302
    assert desk.post(at(Organization, "add"), said | {"name": "New"}).status_code == 302
    assert Organization.objects.filter(name__in=["Renamed", "New"], is_operator=False).count() == 2
    said = app_form(app.organization, first_party="on")
    assert desk.post(at(Application, "change", app.pk), said).status_code == 302
    assert desk.post(at(Application, "add"), said).status_code == 302
    assert Application.objects.filter(name="New app", first_party=False).count() == 2


@pytest.mark.parametrize("own", [{"first_party": True}, {"allowed_scopes": ["billing_admin"]}])
def test_staff_do_not_change_the_applications_of_the_marketplace(desk, staff, own):
    app = ApplicationFactory(organization=OrganizationFactory(is_operator=True), **own)
    said = app_form(app.organization, redirect_uris="https://elsewhere.example/", new_secret="on")
    assert desk.get(at(Application, "change", app.pk)).status_code == 200
    assert desk.post(at(Application, "change", app.pk), said).status_code == 403
    assert Application.objects.get().client_secret == app.client_secret
    assert staff.post(at(Application, "change", app.pk), said).status_code == 302
    assert Application.objects.get().redirect_uris == "https://elsewhere.example/"


def test_staff_do_not_give_billing_admin(desk, staff):
    said = app_form(OrganizationFactory(is_operator=True), allowed_scopes=["billing_manage", "billing_admin"])
    answer = desk.post(at(Application, "add"), said)
    assert "allowed_scopes" in answer.context["adminform"].form.errors
    assert b"billing_admin:" not in desk.get(at(Application, "add")).content
    assert staff.post(at(Application, "add"), said).status_code == 302
    assert Application.objects.get().allowed_scopes == ["billing_manage", "billing_admin"]


def test_only_an_application_of_the_operator_is_given_billing_admin(staff):
    for is_operator, status in ((False, 200), (True, 302)):
        organization = OrganizationFactory(is_operator=is_operator)
        said = app_form(organization, allowed_scopes=["billing_admin"], name=f"App {is_operator}")
        answer = staff.post(at(Application, "add"), said)
        assert answer.status_code == status
        if not is_operator:
            assert "operator" in answer.context["adminform"].form.errors["allowed_scopes"][0]
    unknown = staff.post(at(Application, "add"), said | {"organization": "999999", "name": "Nobody's"})
    assert "organization" in unknown.context["adminform"].form.errors
    assert not Application.objects.filter(name__in=["App False", "Nobody's"]).exists()


def test_the_log_says_what_a_superuser_changed_of_whom(staff):
    user, group = UserFactory(username="dana", password="the-old-password"), Group.objects.create(name="F")
    permission = Permission.objects.get(codename="view_charge")
    said = form_of(
        user, is_staff="on", is_superuser="on", groups=[group.pk], user_permissions=[permission.pk]
    )
    assert staff.post(at(User, "change", user.pk), said).status_code == 302
    [line] = lines_about(user)
    for words in (
        "staff status: no -> yes",
        "superuser status: no -> yes",
        "groups: given F",
        f"user permissions: given {permission}",
    ):
        assert words in line
    del said["is_superuser"], said["groups"], said["user_permissions"]
    assert staff.post(at(User, "change", user.pk), said).status_code == 302
    for words in ("superuser status: yes -> no", "groups: taken F", f"taken {permission}"):
        assert words in lines_about(user)[1]
    staff.post(password_page(user), NEW_PASSWORD)
    staff.post(password_page(user), {"usable_password": "false", "unset-password": "1"})
    assert lines_about(user)[2:] == ["password set", "password taken away"]
    said = {"name": "Tills", "permissions": [permission.pk]}
    assert staff.post(at(Group, "change", group.pk), said).status_code == 302
    assert lines_about(group) == [f"name: F -> Tills; permissions: given {permission}"]
    for line in list_acts():
        assert PASSWORD not in line.change_message
        assert "pbkdf2" not in line.change_message


def test_the_log_says_whose_log_in_was_attached_to_which_buyer_with_which_role(desk):
    user, organization = UserFactory(username="dana@buyer.example"), OrganizationFactory(name="Harbour Lane")
    said = {"email": "dana@buyer.example", "organization": organization.pk, "user": user.pk}
    assert desk.post(at(Account, "add"), said | {"has_billing_role": "on"}).status_code == 302
    account = Account.objects.get()
    AccountFactory(organization=organization, has_billing_role=True)
    assert desk.post(at(Account, "change", account.pk), {"email": account.email}).status_code == 302
    attached, changed = lines_about(account)
    for words in ("organization: Harbour Lane", "log-in: dana@buyer.example", "has billing role: yes"):
        assert words in attached
    assert changed == "has billing role: yes -> no"
    assert {line.user.username for line in list_acts()} == {"colleague"}
