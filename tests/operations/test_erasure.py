"""A person is erased for good, and the books stay."""

from contextlib import suppress

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.html import escape

from access.errors import InvitedElsewhere, PersonErased
from access.joining import find_invited
from access.link_limits import may_mail_link
from access.log_in_limits import remember_address
from access.log_in_rules import CounterKind
from access.members import set_billing_role
from access.models import ConsoleInvitation, LogInCounter, SignUp
from access.registered_members import change_member
from charges.collection.single import collect_charge
from charges.models import Acceptance, Charge, PageShown
from charges.processor.card_upkeep import forget_removed_cards
from charges.shown_pages import record_page_shown
from core import clock
from customers.errors import MemberNotFound
from customers.models import Account, Application, PaymentOption
from invoicing.models import HeldInvoice
from mail.models import BlockedAddress, BlockReason, Mail, Unsubscription
from mail.read_events import read_new_events
from operations.erasure import ERASED_AT, KEPT, erase_person
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    UserFactory,
)
from taxes.terms import TaxTerms
from tests.desk import log_in
from tests.invoicing.papers import issue_for
from tests.money import run_at_once
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db):
    """A browser of a superuser."""
    browser = Client()
    browser.force_login(UserFactory(username="root", superuser=True))
    return browser


# What `KEPT` names, and the admin's page with it: papers, agreements, bank accounts, the audit log.
KEPT_TABLES = {
    "charges_acceptance",
    "django_admin_log",
    "invoicing_heldinvoice",
    "invoicing_paperfile",
    "invoicing_taxpaper",
    "payouts_payoutaccount",
}
FORGETTING = {
    "access_consoleinvitation",
    "access_logincounter",
    "access_signup",
    "auth_user",
    "customers_account",
    "customers_application",
    "customers_organization",
    "customers_paymentoption",
    "mail_blockedaddress",
}
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


def invoice_late(charge):
    """Issue the invoice of a charge after it has waited for a rate."""
    terms = TaxTerms.of(charge.order_application, charge.buyer).write()
    HeldInvoice.objects.create(charge=charge, country="DE", day=clock.now().date(), terms=terms)
    issue_for(charge)
    HeldInvoice.objects.update(released_at=clock.now())


def live(account):
    """Let somebody do all that leaves traces."""
    Client().post("/login/", {"username": account.email, "password": "wrong"})
    log_in(account)
    remember_address(name=account.user.username, address="192.0.2.1")
    assert may_mail_link(name=account.email, address="192.0.2.9")
    charge = ChargeFactory(caller=CallerFactory(account=account), activated=True)
    record_page_shown(object_id=charge.public_id, account_id=account.pk)
    collect_charge(charge.pk)
    charge.refresh_from_db()
    invoice_late(charge)
    look = {"author_email": "Dana.Quux@buyer.example", "support_address": account.email}
    ApplicationFactory(organization=account.organization, is_active=False, **look)
    home = {"holder": "Holder Quux", "street": "Quux Street 1", "town": "Quuxtown"}
    PayoutAccountFactory(organization=account.organization, **home)
    LogEntry.objects.create(user=account.user, object_repr=account.email, action_flag=CHANGE)
    read_new_events()
    BlockedAddress.objects.create(address=account.email, reason=BlockReason.values[0])
    Unsubscription.objects.create(address=account.email, kind=Mail._meta.get_field("kind").choices[0][0])
    SignUp.objects.create(email=account.email, organization_name="Quux Street", country="DE", password="!")
    invitation = {"email": "dana.quux@before.example", "roles": ["billing"], "expires_at": clock.now()}
    ConsoleInvitation.objects.create(**invitation, account=account, ended_at=clock.now())
    LogInCounter.objects.create(kind=CounterKind.NAME, subject="dana.quux@before.example")
    return charge


def erase(account):
    return erase_person(account.pk, actor="x", reason="y")


def keep(user):
    with suppress(DatabaseError):
        user.save()


@pytest.mark.slow
def test_nothing_of_a_person_is_left_but_the_papers_that_have_to_be_kept(dana, staff):
    charge = live(dana)
    before = Charge.objects.values().get(pk=charge.pk)
    assert find_tables() >= KEPT_TABLES - {"invoicing_paperfile"} | FORGETTING
    page = staff.get(erase_page(dana)).content.decode()
    assert "This cannot be undone" in page
    assert all(escape(sentence[1:]) in page for sentence in KEPT)
    assert staff.post(erase_page(dana), {"reason": "Asked for it on 1 December."}).status_code == 302
    assert find_tables() <= KEPT_TABLES
    assert PageShown.objects.filter(account=dana).exists()
    dana.refresh_from_db()
    assert dana.email == f"{dana.public_id}{ERASED_AT}" == User.objects.get(pk=dana.user_id).username
    assert Charge.objects.values().get(pk=charge.pk) == before
    assert not User.objects.get(pk=dana.user_id).is_active
    assert staff.get(f"/admin/customers/account/{dana.pk}/change/").status_code == 200
    assert_books_are_sound()


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


def test_erasing_twice_changes_nothing_more(dana, staff):
    for _ in range(2):
        assert staff.post(erase_page(dana), {"reason": "x"}).status_code == 302
    assert not Acceptance.objects.exists()
    assert_books_are_sound()


def test_nobody_opens_an_erased_person_again(dana, staff):
    Account.objects.filter(pk=dana.pk).update(is_owner=True, has_billing_role=True, is_developer=True)
    erase(dana)
    dana.refresh_from_db()
    assert dana.given_roles == []
    said = {"username": "back@buyer.example", "email": "back@buyer.example", "is_active": "on"}
    page = f"/admin/auth/user/{dana.user_id}"
    assert staff.post(f"{page}/change/", said).status_code == 403
    new = {"password1": "sturdy horse 48 battery", "password2": "sturdy horse 48 battery"}
    assert staff.post(f"{page}/password/", {**new, "usable_password": "true"}).status_code == 403
    with pytest.raises(PersonErased):
        change_member(dana.pk, email="back@buyer.example", roles=["owner"], actor="x")
    for column, value in {
        "is_active": True,
        "email": "a@b.example",
        "password": "x",
        "username": "x",
    }.items():
        with pytest.raises(DatabaseError, match="stays erased"), transaction.atomic():
            User.objects.filter(pk=dana.user_id).update(**{column: value})
    for column, value in {"is_owner": True, "email": "a@b.example", "erased_at": None}.items():
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Account.objects.filter(pk=dana.pk).update(**{column: value})


def test_an_invitation_to_the_code_of_an_erased_colleague_opens_nothing(dana):
    owner = AccountFactory(organization=dana.organization, is_owner=True, has_billing_role=True)
    erase(dana)
    with pytest.raises(MemberNotFound):
        set_billing_role(dana.public_id, by=owner, is_given=True)
    code = f"{dana.public_id}{ERASED_AT}"
    with pytest.raises(InvitedElsewhere):
        find_invited(ConsoleInvitation(email=code, organization=None, roles=["billing"]))
    invited = ConsoleInvitation(email=code, organization=dana.organization, roles=["billing"])
    assert find_invited(invited).erased_at, "it counts as a member, who would have to be logged in"


def test_apps_are_handed_to_a_colleague_an_owner_first(dana):
    AccountFactory(organization=dana.organization)
    owner = AccountFactory(organization=dana.organization, is_owner=True, has_billing_role=True)
    app = ApplicationFactory(organization=dana.organization, author_email=dana.email)
    others = ApplicationFactory(author_email="dana.quux@buyer.example.com")
    erase(dana)
    assert Application.objects.get(pk=app.pk).author_email == owner.email
    assert Application.objects.get(pk=others.pk).author_email == "dana.quux@buyer.example.com"
    assert app.changes.get().act == "changed"
    assert PaymentOption.objects.get(organization=dana.organization).is_active


def test_the_processor_forgets_the_cards_of_the_last_person(dana):
    erase(dana)
    option = PaymentOption.objects.get(organization=dana.organization)
    assert not option.is_active
    assert option.removed_at is not None
    assert forget_removed_cards() == 1


def test_what_another_person_uses_too_is_not_forgotten(dana):
    ConsoleInvitation.objects.create(
        email="shared@buyer.example",
        roles=["billing"],
        expires_at=clock.now(),
        ended_at=clock.now(),
        account=dana,
    )
    AccountFactory(email="shared@buyer.example")
    BlockedAddress.objects.create(address="shared@buyer.example", reason=BlockReason.values[0])
    erase(dana)
    assert BlockedAddress.objects.filter(address="shared@buyer.example").exists()


def test_who_is_registered_at_the_domain_of_codes_is_erased_as_well():
    account = AccountFactory(email=f"me{ERASED_AT}")
    erase(account)
    account.refresh_from_db()
    assert account.email == f"{account.public_id}{ERASED_AT}"
    assert not account.user.is_active


@pytest.mark.django_db(transaction=True)
def test_the_last_two_erased_at_once_take_the_address_along(dana):
    other = AccountFactory(organization=dana.organization)
    run_at_once(lambda: erase(dana), lambda: erase(other))
    dana.organization.refresh_from_db()
    assert dana.organization.street == ""
    assert Account.objects.filter(erased_at__isnull=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_form_that_was_open_meanwhile_does_not_open_the_log_in(dana):
    user = User.objects.get(pk=dana.user_id)
    run_at_once(lambda: erase(dana), lambda: keep(user))
    assert not User.objects.get(pk=dana.user_id).is_active
