"""A person is erased for good, and the books stay."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from access.log_in_limits import remember_address
from access.models import SignUp
from charges.collection.single import collect_charge
from charges.models import Acceptance, Charge
from customers.models import PaymentOption
from mail.models import BlockedAddress, BlockReason, Mail, Unsubscription
from mail.read_events import read_new_events
from operations.erasure import ERASED_AT
from operations.factories import (
    AccountFactory,
    CallerFactory,
    ChargeFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.desk import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db):
    """A browser of a superuser."""
    browser = Client()
    browser.force_login(UserFactory(username="root", superuser=True))
    return browser


# Papers that have to be kept, and the audit log, which nobody changes.
KEPT_TABLES = {"django_admin_log", "charges_acceptance", "invoicing_taxpaper", "invoicing_paperfile"}
SECRETS = ("dana.quux", "Dana-First", "Quux-Last", "Holder Quux", "Quux Street", "Quuxtown")


@pytest.fixture
def dana():
    account = AccountFactory(
        email="dana.quux@buyer.example",
        user__username="Dana.Quux@buyer.example",
        user__email="dana.quux@buyer.example",
        user__first_name="Dana-First",
        user__last_name="Quux-Last",
        organization__street="Quux Street 1",
        organization__city="Quuxtown",
    )
    option = PaymentOptionFactory(organization=account.organization)
    held = {"holder_name": "Holder Quux", "street1": "Quux Street 1", "city": "Quuxtown"}
    PaymentOption.objects.filter(pk=option.pk).update(**held)
    return account


def erase_page(account):
    return f"/admin/customers/account/{account.pk}/erase/"


def find_tables():
    """Return the tables in whose rows any of the secrets stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for secret in SECRETS:
                cursor.execute(
                    f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text ILIKE %s)', [f"%{secret}%"]
                )
                found |= {table} if cursor.fetchone()[0] else set()
    return found


def live(account):
    """Let somebody do all that leaves traces."""
    Client().post("/login/", {"username": account.email, "password": "wrong"})
    log_in(account)
    remember_address(name=account.user.username, address="192.0.2.1")
    charge = ChargeFactory(caller=CallerFactory(account=account), activated=True)
    collect_charge(charge.pk)
    read_new_events()
    BlockedAddress.objects.create(address=account.email, reason=BlockReason.values[0])
    Unsubscription.objects.create(address=account.email, kind=Mail._meta.get_field("kind").choices[0][0])
    SignUp.objects.create(email=account.email, organization_name="Quux Street", country="DE", password="!")
    return charge


def test_nothing_of_a_person_is_left_but_the_papers_that_have_to_be_kept(dana, staff):
    charge = live(dana)
    before = Charge.objects.values().get(pk=charge.pk)
    assert find_tables() >= {"customers_account", "auth_user", "access_logincounter", "mail_blockedaddress"}
    page = staff.get(erase_page(dana)).content.decode()
    assert "This cannot be undone" in page
    assert "the ledger" in page
    assert staff.post(erase_page(dana), {"reason": "Asked for it on 1 December."}).status_code == 302
    assert find_tables() <= KEPT_TABLES
    dana.refresh_from_db()
    assert dana.email == f"{dana.public_id}{ERASED_AT}" == User.objects.get(pk=dana.user_id).username
    assert Charge.objects.values().get(pk=charge.pk) == before
    assert not User.objects.get(pk=dana.user_id).is_active
    assert staff.get(f"/admin/customers/account/{dana.pk}/change/").status_code == 200


def test_an_erased_person_comes_in_by_no_door(dana, staff):
    browser = log_in(dana)
    assert browser.get("/account/").status_code == 200
    staff.post(erase_page(dana), {"reason": "x"})
    assert browser.get("/account/").status_code == 302
    for name in ("dana.quux@buyer.example", f"{dana.public_id}{ERASED_AT}"):
        assert Client().post("/login/", {"username": name, "password": ""}).status_code == 200


def test_colleagues_keep_their_organisation_and_roles_that_they_need_are_given_on_first(dana, staff):
    dana.is_owner = dana.has_billing_role = True
    dana.save()
    colleague = AccountFactory(organization=dana.organization, has_billing_role=True)
    refused = staff.post(erase_page(dana), {"reason": "x"})
    assert refused.status_code == 200
    dana.refresh_from_db()
    assert dana.email == "dana.quux@buyer.example"
    colleague.is_owner = True
    colleague.save()
    assert staff.post(erase_page(dana), {"reason": "x"}).status_code == 302
    dana.organization.refresh_from_db()
    assert dana.organization.street == "Quux Street 1"


def test_the_last_person_is_not_erased_while_subscriptions_run(dana, staff):
    SubscriptionFactory(caller=CallerFactory(account=dana), activated=True)
    refused = staff.post(erase_page(dana), {"reason": "x"})
    assert "cancel them first" in refused.content.decode()
    dana.refresh_from_db()
    assert dana.email == "dana.quux@buyer.example"


def test_erasing_twice_changes_nothing_more(dana, staff):
    for _ in range(2):
        assert staff.post(erase_page(dana), {"reason": "x"}).status_code == 302
    assert not Acceptance.objects.exists()
