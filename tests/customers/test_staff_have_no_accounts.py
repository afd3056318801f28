"""A log-in of staff is never a buyer's or seller's account, whoever writes the rows."""

from contextlib import suppress
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from customers.models import Account
from operations.factories import AccountFactory, OrganizationFactory, UserFactory
from tests.money import run_at_once

pytestmark = pytest.mark.django_db
STAFF = [{"is_staff": True}, {"is_superuser": True}, {"is_staff": True, "is_superuser": True}]
MIGRATION = "customers.migrations.0009_staff_have_no_accounts"


def refused():
    return pytest.raises(IntegrityError, match="a log-in of staff is no account")


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("flags", STAFF)
def test_staff_get_no_account(flags):
    user, organization = UserFactory(**flags), OrganizationFactory()
    with refused(), transaction.atomic():
        AccountFactory(user=user, organization=organization)
    with refused(), transaction.atomic():
        Account.objects.bulk_create([Account(user=user, organization=organization, email="a@b.example")])
    account = AccountFactory()
    with refused():
        run("UPDATE customers_account SET user_id = %s WHERE id = %s", user.pk, account.pk)
    assert Account.objects.get().user == account.user


@pytest.mark.parametrize("flags", STAFF)
def test_an_account_is_not_made_staff(flags):
    person = AccountFactory().user
    with refused(), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**flags)
    for name in flags:
        with refused():
            run(f"UPDATE auth_user SET {name} = true WHERE id = %s", person.pk)
    assert not User.objects.filter(**flags).exists()


def test_everything_else_about_either_can_be_changed():
    account, staff = AccountFactory(), UserFactory(superuser=True)
    User.objects.update(first_name="Dana", is_active=False)
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=False)
    Account.objects.update(has_billing_role=False)
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    AccountFactory(user=staff, organization=account.organization)
    assert Account.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_both_at_once_one_is_refused():
    organization = OrganizationFactory()
    for _ in range(10):
        person = UserFactory()

        def attach(person=person):
            with suppress(DatabaseError):
                AccountFactory(user=person, organization=organization)

        def promote(person=person):
            with suppress(DatabaseError):
                User.objects.filter(pk=person.pk).update(is_staff=True)

        run_at_once(attach, promote)
        is_staff = User.objects.get(pk=person.pk).is_staff
        assert is_staff != Account.objects.filter(user=person).exists()


@pytest.mark.parametrize("role", ["is_staff", "is_superuser"])
@pytest.mark.django_db(transaction=True)
def test_an_installation_that_has_such_log_ins_is_told_which_and_what_to_do(role):
    people = [AccountFactory(email=f"{name}@seller.example").user for name in ("dana", "ada")]
    refuse = import_module(MIGRATION).refuse_staff_with_accounts
    refuse(apps, None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE auth_user SET {role} = true WHERE id = ANY(%s)", [[user.pk for user in people]]
        )
    with pytest.raises(CommandError, match=r"ada@seller.example, dana@seller.example. Nothing was changed."):
        refuse(apps, None)


def test_a_line_of_the_admins_log_is_for_ever():
    staff = UserFactory(superuser=True)
    line = LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(User),
        object_id=staff.pk,
        object_repr="root",
        action_flag=CHANGE,
        change_message="password set",
    )
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        LogEntry.objects.filter(pk=line.pk).update(change_message="nothing")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"):
        run("DELETE FROM django_admin_log")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="kept for ever"):
        run("SET LOCAL billing.allow_truncate = 'off'; TRUNCATE django_admin_log")
    assert LogEntry.objects.get().change_message == "password set"
