"""The admin as a whole: who gets in, what its pages may load, and what the first of them tells."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

import backoffice
from backoffice.log_in.staff_sessions import IDLE_SECONDS
from charges.collection.single import collect_charge
from charges.models import Charge
from core import clock
from ledger.models import LedgerTransaction
from operations.factories import ChargeFactory, UserFactory

APP_AND_NAME = ("content_type__app_label", "codename")
INDEX = "/admin/"
PASSWORD = "a-long-enough-password"


@pytest.fixture
def person(db):
    return UserFactory(username="person", password=PASSWORD, staff=True)


def log_in(client, password=PASSWORD):
    return client.post("/admin/login/?next=/admin/", {"username": "person", "password": password})


def let(person, *names):
    person.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(person)
    return client


def test_staff_log_in_on_the_admins_own_page(person):
    client = Client()
    assert client.get(INDEX).headers["Location"] == "/admin/login/?next=/admin/"
    assert log_in(client).headers["Location"] == INDEX
    assert client.get(INDEX).status_code == 200


def test_who_opens_the_log_in_page_itself_comes_to_the_first_page(person):
    answer = Client().post("/admin/login/", {"username": "person", "password": PASSWORD})
    assert answer["Location"] == INDEX


def test_who_is_not_staff_does_not_get_in(person):
    User.objects.update(is_staff=False)
    client = Client()
    assert log_in(client).status_code == 200
    client.force_login(person)
    assert client.get(INDEX).status_code == 302


def test_a_session_ends_when_nobody_uses_it(person):
    client = Client()
    log_in(client)
    client.get(INDEX)
    assert client.session.get_expiry_age() <= IDLE_SECONDS
    assert client.get(INDEX).cookies["session"]["max-age"] == IDLE_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/admin/login/", "/login/"])
def test_a_session_ends_12_hours_after_the_log_in_however_often_one_clicks(person, path):
    client, begun = Client(), clock.now()
    assert client.post(path, {"username": "person", "password": PASSWORD}).status_code == 302
    for minutes in (*range(0, 11 * 60, 30), 12 * 60 - 10):
        with clock.travel_to(begun + timedelta(minutes=minutes)):
            assert client.get(INDEX).status_code == 200
    assert client.session.get_expiry_age() <= 600
    with clock.travel_to(begun + timedelta(hours=12, seconds=1)):
        assert client.get(INDEX).headers["Location"] == "/admin/login/?next=/admin/"
    assert client.get(INDEX).status_code == 302
    assert log_in(client).headers["Location"] == INDEX
    assert client.get(INDEX).status_code == 200


def test_only_the_admin_may_compile_scripts_and_nothing_comes_from_elsewhere(person):
    client = Client()
    for page in (client.get("/admin/login/"), log_in(client) and client.get(INDEX)):
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval';" in policy + ";"
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "unsafe-eval" not in client.get("/login/").headers.get("Content-Security-Policy", "")


def test_without_permissions_there_is_nothing_to_see(person):
    client = let(person)
    page = client.get(INDEX).content.decode()
    assert "Oldest charge due" not in page
    for model in ("charges/charge", "charges/attempt", "ledger/ledgeraccount", "customers/organization"):
        assert client.get(f"/admin/{model}/").status_code == 403


def test_who_may_only_look_at_charges_sees_those_alone(person):
    charge = ChargeFactory()
    client = let(person, "view_charge")
    assert client.get("/admin/charges/charge/").status_code == 200
    assert client.get(f"/admin/charges/charge/{charge.pk}/change/").status_code == 200
    assert client.get("/admin/customers/organization/").status_code == 403
    page = client.get(INDEX).content.decode()
    assert "Oldest charge due" in page
    assert "Attempts" not in page


def test_who_may_only_look_at_apps_changes_none(person):
    charge = ChargeFactory()
    client = let(person, "view_application", "view_account", "view_organization")
    for path, row in (
        ("application", charge.order_application_id),
        ("account", charge.buyer_account_id),
        ("organization", charge.buyer_id),
    ):
        page = client.get(f"/admin/customers/{path}/{row}/change/")
        assert page.status_code == 200
        assert b'name="_save"' not in page.content
        assert client.post(f"/admin/customers/{path}/{row}/change/", {"name": "x"}).status_code == 403


@pytest.mark.slow
def test_the_first_page_tells_what_needs_a_look(staff):
    quiet = staff.get(INDEX).content.decode()
    assert "none is due" in quiet
    collect_charge(ChargeFactory(activated=True, card="tok_test_wrong_amount").pk)
    collect_charge(ChargeFactory(activated=True, card="tok_test_timeout_before").pk)
    Charge.objects.filter(pk=ChargeFactory(activated=True).pk).update(
        collect_at=clock.now() - timedelta(hours=1)
    )
    figures = {concern.title: concern for concern in staff.get(INDEX).context["concerns"]}
    assert figures["Oldest charge due"].alarming
    assert figures["Attempts for a person to settle"].value == "1"
    assert figures["Attempts without an answer yet"].value == "1"
    for title in ("Oldest charge due", "Attempts for a person to settle", "Attempts without an answer yet"):
        page = staff.get(figures[title].address)
        assert page.status_code == 200
        assert len(page.context["cl"].result_list) >= 1


def test_permissions_on_offer_fit_into_one_form(staff):
    page = staff.get(reverse("admin:auth_group_add"))
    offered = page.context["adminform"].form.fields["permissions"].queryset
    assert 0 < offered.count() < 80
    everything = [permission.pk for permission in offered]
    form = {"name": "Everything", "permissions": everything}
    assert staff.post(reverse("admin:auth_group_add"), form).status_code == 302
    colleague = UserFactory(username="colleague", staff=True)
    form = {"username": "colleague", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    page = reverse("admin:auth_user_change", args=[colleague.pk])
    assert staff.post(page, form | {"user_permissions": everything}).status_code == 302
    assert colleague.user_permissions.count() == offered.count()


def test_what_the_pages_ask_for_is_on_offer_and_what_lets_nobody_do_anything_is_not(staff):
    page = staff.get(reverse("admin:auth_group_add"))
    on_offer = page.context["adminform"].form.fields["permissions"].queryset
    offered = {f"{app}.{name}" for app, name in on_offer.values_list(*APP_AND_NAME)}
    code = "".join(file.read_text() for file in Path(backoffice.__file__).parent.rglob("*.py"))
    known = {f"{app}.{name}" for app, name in Permission.objects.values_list(*APP_AND_NAME)}
    asked = known & set(re.findall(r'"([a-z]+\.[a-z_]+)"', code))
    assert {"charges.refund_charge", "ledger.change_month", "payouts.add_payout"} <= asked <= offered
    assert not {"charges.change_charge", "ledger.add_ledgerentry", "auth.delete_user"} & offered


def test_a_colleague_is_added_with_a_password(staff):
    form = {"username": "new", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert staff.post(reverse("admin:auth_user_add"), form).status_code == 302
    page = staff.get(reverse("admin:auth_user_change", args=[User.objects.get(username="new").pk]))
    assert page.status_code == 200
    assert PASSWORD.encode() not in page.content


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Dana@Seller.Example", "dana@seller.example", "Dana", "DANA.B+x"])
@pytest.mark.parametrize("path", ["/login/", "/admin/login/"])
def test_a_colleague_can_log_in_with_the_name_that_was_typed_for_them(staff, name, path):
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert staff.post(reverse("admin:auth_user_add"), form).status_code == 302
    User.objects.update(is_staff=True)
    said = {"username": name, "password": PASSWORD}
    assert Client().post(path, said).status_code == 302
    assert Client().post(path, said | {"username": name.replace("@Seller", "@SELLER")}).status_code == 302


@pytest.mark.parametrize("path", ["/login/", "/admin/login/"])
def test_who_was_stored_with_capitals_can_log_in_and_others_cannot_take_the_name(staff, path):
    User.objects.create_user("Dana@Seller.Example", password=PASSWORD, is_staff=True)
    assert Client().post(path, {"username": "Dana@Seller.Example", "password": PASSWORD}).status_code == 302
    form = {"username": "DANA@seller.example", "password1": PASSWORD, "password2": PASSWORD}
    taken = staff.post(reverse("admin:auth_user_add"), form | {"usable_password": "true"})
    assert "A user with that username already exists." in taken.content.decode()


def test_a_name_is_changed_to_what_the_log_in_looks_for(staff):
    user = User.objects.create_user("dana@seller.example", password=PASSWORD, is_staff=True)
    page = reverse("admin:auth_user_change", args=[user.pk])
    form = {"username": "Dana.B@Seller.example", "is_active": "on", "is_staff": "on"}
    day = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    assert staff.post(page, form | day).status_code == 302
    assert User.objects.get(pk=user.pk).username == "dana.b@seller.example"
    assert (
        Client().post("/login/", {"username": "Dana.B@Seller.example", "password": PASSWORD}).status_code
        == 302
    )


@pytest.mark.slow
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_what_a_model_says_about_its_fields_is_shown_letter_by_letter(model, staff, rf):
    request = rf.get("/admin/")
    request.user = User.objects.get()
    said = admin.site._registry[model].get_form(request, fields=())._meta.help_texts
    for field in model._meta.concrete_fields:
        assert said[field.name] == escape(field.help_text)


def test_so_is_the_id_of_a_ledger_transactions_reference(staff):
    collect_charge(ChargeFactory(activated=True).pk)
    page = reverse("admin:ledger_ledgertransaction_change", args=[LedgerTransaction.objects.get().pk])
    assert "what caused it: charge:&lt;id&gt;." in staff.get(page).content.decode()
