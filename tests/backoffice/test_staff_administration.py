"""Who administers staff gives roles, ends sessions and takes lost second factors away, never for oneself."""

from functools import partial
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from access.errors import AboveYou, NotForOneself
from access.models import AuthenticatorApp, OpenSession, RecoveryCode
from access.second_factors.recovery import make_codes
from access.staff import change_staff_roles, end_sessions_of, reset_factors
from operations.factories import AccountFactory, UserFactory
from tests.backoffice.second_factors import add_app, browse, lines_of, log_in, person, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    user = person("boss")
    user.groups.add(Group.objects.get(name="Administrator"))
    return user


def act_page(user, act):
    return f"/admin/auth/user/{user.pk}/{act}/"


def test_a_colleague_without_the_device_is_let_in_again_by_another_person(boss):
    lost = person("lost")
    add_app(lost)
    make_codes(lost)
    browse(lost)
    page = act_page(lost, "reset-factors")
    assert "Make sure that it is the person" in words(browse(boss).get(page))
    assert browse(boss).post(page, {"reason": "Phone stolen, spoke to her."}).status_code == 302
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not OpenSession.objects.filter(user=lost).exists()
    assert lines_of(boss)[-1] == "Take second factors away: Phone stolen, spoke to her."
    assert browse(lost).get("/admin/").status_code == 200


def test_roles_are_given_with_a_reason_and_the_log_says_which(boss):
    colleague = UserFactory(username="new")
    finance = Group.objects.get(name="Finance")
    said = {"is_staff": "on", "roles": [finance.pk], "reason": "Joins the team."}
    assert browse(boss).post(act_page(colleague, "change-roles"), said).status_code == 302
    colleague.refresh_from_db()
    assert (colleague.is_staff, [*colleague.groups.all()]) == (True, [finance])
    assert lines_of(boss)[-1] == "Change roles: no staff -> Finance. Joins the team."
    session = browse(colleague)
    assert session.get("/admin/charges/charge/").status_code == 200
    browse(boss).post(act_page(colleague, "change-roles"), {"reason": "Left."})
    assert session.get("/admin/charges/charge/").status_code == 302
    assert not colleague.groups.exists()


@pytest.mark.parametrize("act", ["change-roles", "end-sessions", "reset-factors"])
def test_nobody_does_it_to_himself_or_to_a_superuser(boss, act):
    root = UserFactory(username="root", superuser=True)
    for user in (boss, root):
        add_app(user)
    browser = log_in(boss, add_app_again(boss))
    before = [*Group.objects.filter(user=boss)]
    assert browser.post(act_page(boss, act), {"reason": "x", "roles": []}).status_code == 403
    refused = browser.post(act_page(root, act), {"reason": "x", "roles": []})
    assert "superuser" in words(refused)
    root.refresh_from_db()
    assert root.is_staff
    assert AuthenticatorApp.objects.count() == 2
    assert [*Group.objects.filter(user=boss)] == before


@pytest.mark.parametrize(
    "act",
    [
        partial(change_staff_roles, roles=[], is_staff=True, reason="x"),
        partial(end_sessions_of, reason="x"),
        partial(reset_factors, reason="x"),
    ],
)
def test_the_services_do_it_neither_to_oneself_nor_to_a_superuser(act, boss):
    root = UserFactory(username="root", superuser=True)
    with pytest.raises(NotForOneself):
        act(boss.pk, user=boss)
    with pytest.raises(AboveYou):
        act(root.pk, user=boss)
    with pytest.raises(NotForOneself):
        act(root.pk, user=root)


def add_app_again(user):
    AuthenticatorApp.objects.filter(user=user).delete()
    return add_app(user)


@pytest.mark.parametrize("act", ["change-roles", "end-sessions", "reset-factors"])
def test_others_of_the_staff_administer_nobody(act):
    colleague, finance = person("colleague"), person("finance", "view_user", "change_user")
    finance.groups.add(Group.objects.get(name="Finance"))
    add_app(colleague)
    assert browse(finance).post(act_page(colleague, act), {"reason": "x"}).status_code == 403
    assert AuthenticatorApp.objects.exists()
    assert browse(finance).get("/admin/access/opensession/").status_code == 403


@pytest.mark.parametrize(("role", "status"), [("Finance", 200), ("Support", 403)])
def test_the_audit_log_is_read_by_who_looks_at_money(role, status):
    reader = person("reader")
    reader.groups.add(Group.objects.get(name=role))
    assert browse(reader).get("/admin/customers/auditline/").status_code == status


def test_an_account_of_a_buyer_gets_no_role(boss):
    user = AccountFactory().user
    said = {"is_staff": "on", "roles": [Group.objects.get(name="Finance").pk], "reason": "x"}
    assert browse(boss).post(act_page(user, "change-roles"), said).status_code == 302
    user.refresh_from_db()
    assert not user.is_staff
    assert not user.groups.exists()


def test_open_sessions_of_staff_are_listed_and_ended(boss):
    colleague = person("colleague")
    theirs, mine = browse(colleague), browse(boss)
    buyer = Client()
    buyer.force_login(AccountFactory().user)
    listed = mine.get("/admin/access/opensession/")
    assert {row.user.username for row in listed.context["cl"].result_list} == {"boss", "colleague"}
    [row] = OpenSession.objects.filter(user=colleague)
    mine.post("/admin/access/opensession/", {"action": "end", "_selected_action": [row.pk]})
    assert theirs.get("/admin/").status_code == 302
    assert lines_of(boss)[-1].startswith("ended a session")


def test_people_end_their_own_other_sessions(boss):
    here, elsewhere = browse(boss), browse(boss)
    assert "End all others" in words(here.get("/admin/your-log-in/"))
    stranger = OpenSession.objects.filter(user=person("x")).first()
    assert stranger is None
    here.post("/admin/your-log-in/", {"end": "others"})
    assert elsewhere.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == 200
    for nonsense in ("x", "\0", "0" * 500):
        assert here.post("/admin/your-log-in/", {"end": nonsense}).status_code == 302
        assert here.post("/admin/your-log-in/", {"passkey": nonsense}).status_code == 302


@pytest.mark.slow
def test_the_audit_log_has_log_ins_failures_acts_and_downloads_in_words(boss, settings):
    settings.STAFF_SECOND_FACTOR = "money"
    colleague = person("colleague", "view_charge", password="the-right-password")
    for password in ("wrong", "the-right-password"):
        Client().post("/admin/login/", {"username": "colleague", "password": password})
    Client().post("/admin/login/", {"username": "nobody", "password": "wrong"})
    browser = browse(colleague)
    b"".join(browser.get("/admin/charges/charge/?export=csv&q=4111111111111111").streaming_content)
    secret = add_app(boss)
    mine = log_in(boss, secret)
    mine.post(act_page(colleague, "end-sessions"), {"reason": "Left a laptop."})
    page = mine.get("/admin/customers/auditline/")
    said = words(page)
    for sentence in (
        "Wrong password, given from 127.0.0.1",
        "Logged in from 127.0.0.1",
        "Second factor given: a code of the authenticator app",
        "Log out everywhere: Left a laptop.",
        "Downloaded charges-",
    ):
        assert sentence in said
    assert "4111111111111111" not in said
    found = mine.get("/admin/customers/auditline/?q=colleague").context["cl"].result_list
    assert {line.user.username for line in found} == {"colleague", "boss"}
    [last, *_] = found
    assert "Left a laptop" in words(mine.get(f"/admin/customers/auditline/{last.pk}/change/"))
    kinds = mine.get("/admin/customers/auditline/?kind=auth.user").context["cl"].result_list
    assert {line.content_type.model for line in kinds} == {"user"}
    for query in ("kind=x", "kind=a.b.c", "q=%00", "object_id__exact=x", "user__id__exact=1"):
        assert mine.get(f"/admin/customers/auditline/?{query}").status_code in (200, 302, 400)


def test_nobody_changes_or_deletes_a_line_of_the_audit_log(boss):
    browser = browse(boss)
    line = LogEntry.objects.latest("pk")
    page = f"/admin/customers/auditline/{line.pk}"
    assert browser.post(f"{page}/change/", {"words": "x"}).status_code == 403
    assert browser.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    for statement in ("UPDATE django_admin_log SET change_message = ''", "DELETE FROM django_admin_log"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_who_has_a_shell_resets_the_second_factor_of_the_only_administrator(boss):
    add_app(boss)
    call_command("reset_second_factor", "boss", stdout=StringIO())
    assert not AuthenticatorApp.objects.exists()
    assert lines_of(boss)[-1] == "second factors taken away by manage.py reset_second_factor"
    for name in ("boss", "nobody"):
        with pytest.raises(CommandError, match="no second factor"):
            call_command("reset_second_factor", name)
