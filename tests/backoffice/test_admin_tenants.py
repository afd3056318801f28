"""Organisations, accounts and apps in the admin: the reference data that the operator keeps."""

import html
import re

import pytest
from django.contrib import admin
from django.contrib.auth.hashers import check_password
from django.urls import reverse
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from customers.models import Account, Application, Organization, PaymentOption
from operations.factories import AccountFactory, ApplicationFactory, OrganizationFactory, UserFactory
from tests.backoffice.forms import NO_ROWS_BELOW
from tests.browser.clicks import join
from tests.tokens import issue_test_token


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def app_form(organization, **fields):
    return {
        "name": "New app",
        "organization": organization.pk,
        "author_email": "author@seller.example",
        "products": ["livechat"],
        "commission_percent": "15",
        "allowed_scopes": ["billing_manage"],
        "return_origins": "https://App.example\nhttps://b.example:444\n",
        "redirect_uris": "https://app.example/callback",
        "seller_of_record": "marketplace",
        "is_active": "on",
    } | fields


def create_app(staff, **fields):
    return staff.post(address(Application, "add"), app_form(OrganizationFactory()) | fields, follow=True)


def read_secret(page):
    [secret] = re.findall(r"client secret <code[^>]*>([^<]+)</code>", html.unescape(page.content.decode()))
    return secret


def test_a_new_app_gets_an_id_and_a_secret_which_is_told_once(staff):
    page = create_app(staff)
    app = Application.objects.get()
    secret = read_secret(page)
    assert re.fullmatch(r"[0-9a-f]{32}", app.client_id)
    assert check_password(secret, app.client_secret)
    assert (app.client_type, app.authorization_grant_type) == ("confidential", "authorization-code")
    assert (app.products, app.allowed_scopes) == (["livechat"], ["billing_manage"])
    assert app.return_origins == ["https://app.example", "https://b.example:444"]
    for url in (address(Application, "changelist"), address(Application, "change", app.pk)):
        later = staff.get(url).content.decode()
        assert secret not in later
        assert app.client_secret not in later


def test_saving_an_app_keeps_its_secret_unless_a_new_one_is_asked_for(staff):
    first = read_secret(create_app(staff))
    app = Application.objects.get()
    change = address(Application, "change", app.pk)
    form = app_form(app.organization, commission_percent="30")
    assert b"client secret <code" not in staff.post(change, form, follow=True).content
    app = Application.objects.get()
    assert app.commission_percent == 30
    assert check_password(first, app.client_secret)
    second = read_secret(staff.post(change, form | {"new_secret": "on"}, follow=True))
    app = Application.objects.get()
    assert check_password(second, app.client_secret)
    assert not check_password(first, app.client_secret)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("return_origins", "http://app.example"),
        ("return_origins", "https://app.example/path"),
        ("return_origins", "https://user@app.example"),
        ("return_origins", "https://app.example:port"),
        ("return_origins", "javascript:alert(1)"),
        ("return_origins", "https://"),
        ("redirect_uris", "http://app.example/callback"),
        ("redirect_uris", "javascript:alert(1)"),
        ("commission_percent", "101"),
        ("commission_percent", "-1"),
        ("allowed_scopes", ["everything"]),
        ("products", ["nothing"]),
        ("author_email", "nobody"),
        ("name", ""),
        ("name", "\u200b"),
        ("name", "Pro\u202e elpmaxe"),
        ("name", "Z\u0351\u0351\u0351"),
        ("organization", "999999"),
    ],
)
def test_a_bad_value_is_refused_at_its_field(staff, field, value):
    page = create_app(staff, **{field: value})
    assert field in page.context["adminform"].form.errors
    assert not Application.objects.exists()


def test_an_app_and_an_account_do_not_change_hands(staff):
    app, account, other = ApplicationFactory(), AccountFactory(), OrganizationFactory()
    staff.post(address(Application, "change", app.pk), app_form(other))
    staff.post(
        address(Account, "change", account.pk),
        {"email": "renamed@buyer.example", "organization": other.pk, "has_billing_role": "on"},
    )
    assert Application.objects.get().organization == app.organization
    assert Account.objects.get().organization == account.organization
    assert Account.objects.get().email == "renamed@buyer.example"


def test_an_account_is_made_with_its_address_in_lower_case(staff):
    user = UserFactory(username="new")
    form = {"email": "New@Buyer.example", "organization": OrganizationFactory().pk, "user": user.pk}
    assert staff.post(address(Account, "add"), form).status_code == 302
    assert Account.objects.get().email == "new@buyer.example"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "leads"), [("Administrator", True), ("Finance", False)])
def test_an_organisation_leads_whoever_may_to_forms_that_know_it(client, role, leads):
    organization = OrganizationFactory()
    client.force_login(join(role))
    page = client.get(address(Organization, "change", organization.pk)).content.decode()
    for model in (Account, Application):
        form = f"{address(model, 'add')}?organization={organization.pk}"
        assert (form in page) == leads
        if leads:
            assert f'<option value="{organization.pk}" selected>' in client.get(form).content.decode()


@pytest.mark.parametrize("said", ["x", "-1", "9" * 30, "1 or 1", "\u0661", "1&email=a@b.example"])
def test_an_address_fills_in_nothing_else(staff, said):
    page = staff.get(f"{address(Account, 'add')}?organization={said}")
    assert page.status_code == 200
    assert " selected>" not in page.content.decode()
    assert "a@b.example" not in page.content.decode()


def test_a_new_organisation_leads_nowhere(staff):
    assert "?organization=" not in staff.get(address(Organization, "add")).content.decode()


def test_an_organisation_is_made_by_its_name(staff):
    form = {"name": "Newcomers"} | NO_ROWS_BELOW
    assert staff.post(address(Organization, "add"), form).status_code == 302
    organization = Organization.objects.get()
    assert not organization.is_operator
    page = staff.get(address(Organization, "change", organization.pk)).content.decode()
    assert str(organization.license_id) in page
    assert "/admin/charges/charge/?buyer__id__exact=" in page


@pytest.mark.parametrize("name", ["", "\u200b", "Pro\u202e elpmaxe", "Z\u0351\u0351\u0351"])
def test_an_organisation_needs_a_name_that_can_be_shown(staff, name):
    form = {"name": name} | NO_ROWS_BELOW
    page = staff.post(address(Organization, "add"), form)
    assert "name" in page.context["adminform"].form.errors
    assert not Organization.objects.exists()


def test_payment_options_are_shown_and_cannot_be_added(staff):
    organization = OrganizationFactory()
    form = NO_ROWS_BELOW | {
        "name": "Renamed",
        "payment_options-TOTAL_FORMS": 1,
        "payment_options-0-brand": "visa",
        "payment_options-0-last4": "4242",
        "payment_options-0-gateway_token": "tok_test_approve",
    }
    staff.post(address(Organization, "change", organization.pk), form)
    assert not PaymentOption.objects.exists()


@pytest.mark.parametrize("model", [Organization, Account, Application])
def test_tenants_are_never_deleted(staff, model):
    ApplicationFactory(), AccountFactory()
    row = model.objects.first()
    assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(address(model, "changelist"), action)
    assert model.objects.filter(pk=row.pk).exists()


def test_tokens_and_codes_have_no_pages(staff):
    issue_test_token(AccountFactory(), ApplicationFactory())
    assert not {AccessToken, RefreshToken, Grant, IDToken} & set(admin.site._registry)
    assert staff.get("/admin/oauth2_provider/accesstoken/").status_code == 404
