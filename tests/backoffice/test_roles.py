"""Roles of staff: what each sees and does on every page of the admin, which acts need a second factor."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client, RequestFactory

from backoffice.overview import FIGURES
from backoffice.role_making import extend_role, make_roles
from backoffice.roles import PURPOSES, list_offered
from backoffice.search.finders import FINDERS
from operations.factories import UserFactory

ROLES = import_module("backoffice.migrations.0001_roles").ROLES
ADDED = import_module("backoffice.migrations.0002_roles_see_invariants").SEES_INVARIANTS
ADDED_LATER = import_module("backoffice.migrations.0003_roles_see_held_invoices_and_the_audit_log").ADDED
pytestmark = pytest.mark.django_db

# Role: what it does beyond looking. A new act, page or role has to be written down here.
DOES = {
    "Viewer": "",
    "Support": """
        access.logincounter open_names, mail.blockedaddress unblock, mail.mail resend,
        subscriptions.subscription cancel, subscriptions.subscription cancel_later,
        subscriptions.subscription keep""",
    "Finance": """
        bookkeeping.difference settle, charges.attempt settle, charges.charge refund,
        charges.charge write_off, ledger.customertransaction write_off,
        subscriptions.subscription cancel_later, subscriptions.subscription extend_trial,
        subscriptions.subscription hold, subscriptions.subscription keep, customers.organization change,
        ledger.correction add, ledger.month close, ledger.month read_lists, mail.mail resend,
        payouts.bankreport add, payouts.payout cancel, payouts.payout change_method,
        payouts.payout give_back, payouts.payout send, payouts.payout settle, payouts.payoutaccount add,
        payouts.payoutaccount pay_monthly, payouts.payoutaccount request_payout,
        payouts.payoutaccount stop_monthly, payouts.payoutbatch add, payouts.payoutbatch download,
        subscriptions.subscription cancel, subscriptions.subscription change_card,
        subscriptions.subscription release, subscriptions.subscription retry, taxes.taxrate add,
        taxes.taxrate change""",
    "Approver": """
        approvals.approval approve, approvals.approval reject, payouts.payout approve,
        payouts.payout reject""",
    "Developer": """
        webhooks.delivery replay, webhooks.endpoint replay_range, webhooks.endpoint switch_off,
        webhooks.endpoint switch_on, webhooks.endpoint test""",
    "Administrator": """
        access.consoleinvitation add, access.logincounter open_names, access.signup approve,
        access.opensession end, access.signup refuse, auth.user add, auth.user change,
        auth.user change_roles, auth.user end_sessions, auth.user reset_factors, customers.account add,
        customers.account change, customers.account erase,
        customers.application add, customers.application approve,
        customers.application change, customers.application refuse, customers.merchant close,
        customers.merchant open, customers.merchant payouts, customers.merchant replace_key,
        customers.merchant revoke, customers.organization add, customers.organization change,
        mail.blockedaddress unblock, mail.mail resend, webhooks.delivery replay,
        webhooks.endpoint replay_range, webhooks.endpoint switch_off, webhooks.endpoint switch_on,
        webhooks.endpoint test""",
}
NEED_A_SECOND_FACTOR = """
    approvals.approval reject, subscriptions.subscription cancel_later,
    bookkeeping.difference settle_small, subscriptions.subscription end_later,
    subscriptions.subscription keep,
    bookkeeping.difference settle, charges.attempt settle, charges.charge write_off,
    ledger.customertransaction write_off, payouts.payout reject, subscriptions.subscription cancel,
    subscriptions.subscription extend_trial, subscriptions.subscription hold,
    approvals.approval approve, auth.user change_roles, auth.user end_sessions, auth.user reset_factors,
    charges.charge refund, customers.account erase, customers.application approve,
    customers.merchant payouts, customers.merchant replace_key, ledger.month close, payouts.bankreport add,
    payouts.payout approve, payouts.payout cancel, payouts.payout change_method, payouts.payout give_back,
    payouts.payout send, payouts.payout settle, payouts.payoutaccount add, payouts.payoutaccount pay_monthly,
    payouts.payoutaccount request_payout, payouts.payoutbatch add, subscriptions.subscription change_card,
    subscriptions.subscription release, subscriptions.subscription retry"""
FORMS_THAT_NEED_ONE = """
    auth.group, auth.user, customers.account, customers.application, customers.organization, taxes.taxrate"""
ASKS_BY_ITSELF = "ledger.correction"  # Its page for adding has a form of lines.
# Pages that only show something, or send a file of what a page shows anyway; what one's own request leads to.
LOOKING = {"timeline", "evidence", "evidence_pdf", "pdf", "xml", "attachment", "reports"}
LOOKING |= {
    "balances_csv",
    "income_csv",
    "payables_csv",
    "tax_csv",
    "journal_csv",
    "journal_beancount",
    "lines_csv",
    "page_pdf",
    "take_back",
}


def read(text):
    return {each for part in text.split(",") if (each := " ".join(part.split()))}


def ask_as(role):
    request = RequestFactory().get("/admin/")
    request.user = UserFactory(staff=True)
    request.user.groups.add(Group.objects.get(name=role))
    return request


def list_buttons(page):
    """The names of a page's buttons; some stand in a menu."""
    for each in (*getattr(page, "actions_detail", ()), *getattr(page, "actions_list", ())):
        yield from each["items"] if isinstance(each, dict) else (each,)


def list_done(page, request):
    """Yield what this person may do on a page beyond looking, if the page is shown at all."""
    if not page.has_view_permission(request):
        return
    for does in ("add", "change"):
        if getattr(page, f"has_{does}_permission")(request):
            yield does
    for name in list_buttons(page):
        needs = getattr(getattr(page, name), "allowed_permissions", None) or ()
        if name not in LOOKING and all(getattr(page, f"has_{each}_permission")(request) for each in needs):
            yield name
    for name in page.actions or ():
        needs = getattr(page, name).allowed_permissions
        if all(getattr(page, f"has_{each}_permission")(request) for each in needs):
            yield name


def walk(request):
    return {
        f"{page.opts.label_lower} {does}"
        for page in admin.site._registry.values()
        for does in list_done(page, request)
    }


@pytest.mark.parametrize("role", DOES)
def test_each_role_does_what_the_table_says_on_every_page(role):
    assert walk(ask_as(role)) == read(DOES[role])


def test_every_role_is_explained_and_only_made_of_permissions_that_do_something():
    assert {*ROLES} == {*DOES} == {*PURPOSES} == {*Group.objects.values_list("name", flat=True)}
    offered = {f"{each.content_type.app_label}.{each.codename}" for each in offer()}
    assert {name for role in ROLES.values() for name in role} <= offered


def test_what_the_first_page_and_the_search_ask_for_is_in_a_role():
    given = {
        f"{each.content_type.app_label}.{each.codename}"
        for each in Permission.objects.filter(group__name__in=DOES).select_related("content_type")
    }
    assert {*FIGURES} | {finder.permission for finder in FINDERS} <= given


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("invoicing.view_heldinvoice", {"Viewer", "Finance", "Approver", "Administrator"}),
        ("customers.view_auditline", {"Viewer", "Finance", "Approver", "Administrator"}),
        ("request_log.view_loggedrequest", {"Support", "Finance", "Developer", "Administrator"}),
    ],
)
def test_what_is_held_who_did_what_and_requests_are_seen_by(permission, roles):
    app, _, codename = permission.partition(".")
    having = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    assert {*having.values_list("name", flat=True)} == roles


def offer():
    return Permission.objects.filter(list_offered()).select_related("content_type")


def test_each_permission_that_can_be_chosen_opens_something():
    """Whoever has all of them but one sees or does less than whoever has all."""
    everything = [*offer()]
    person = UserFactory(staff=True)
    request = RequestFactory().get("/admin/")

    def see(permissions):
        names = {f"{each.content_type.app_label}.{each.codename}" for each in permissions}
        request.user = type("Person", (), {
            "pk": person.pk, "is_active": True, "is_superuser": False,
            "has_perm": lambda self, name, obj=None: name in names,
            "has_perms": lambda self, asked, obj=None: {*asked} <= names,
        })()  # fmt: skip
        seen = {
            page.opts.label for page in admin.site._registry.values() if page.has_view_permission(request)
        }
        return seen | walk(request)

    whole = see(everything)
    useless = [each for each in everything if not see([each]) and see({*everything} - {each}) == whole]
    assert useless == []


def test_acts_that_move_money_need_a_second_factor():
    acts = {
        f"{page.opts.label_lower} {act.name}"
        for page in admin.site._registry.values()
        for act in (*getattr(page, "acts", ()), *(each.act for each in getattr(page, "bulk_acts", ())))
        if act.needs_factor
    }
    adding = {
        f"{page.opts.label_lower} add"
        for page in admin.site._registry.values()
        if getattr(getattr(page, "add_page", None), "needs_factor", False)
    }
    assert acts | adding == read(NEED_A_SECOND_FACTOR)


def test_every_form_that_a_page_has_needs_one():
    """Rows come about and change by forms, by acts, or on pages for adding."""
    request = ask_as("Viewer")
    request.user.is_superuser = True
    forms = {
        page.opts.label_lower: page.form_needs_factor
        for page in admin.site._registry.values()
        if not hasattr(page, "add_page")
        and (page.has_add_permission(request) or page.has_change_permission(request))
    }
    assert {name for name, needs in forms.items() if needs} == read(FORMS_THAT_NEED_ONE)
    assert {name for name, needs in forms.items() if not needs} == {ASKS_BY_ITSELF}


def test_nobody_who_asks_approves():
    asking = ("refund", "add", "request_payout", "pay_monthly", "change_method", "send")
    for role, does in DOES.items():
        done = {
            each.rpartition(" ")[2] for each in read(does) if each.startswith(("pay", "charge", "ledger"))
        }
        assert role != "Approver" or done.isdisjoint(asking)
        assert role == "Approver" or "approvals.approval approve" not in read(does)


def test_roles_are_made_once_and_those_of_an_operator_stay_as_they_are():
    Group.objects.get(name="Finance").permissions.clear()
    Group.objects.get(name="Viewer").delete()
    Group.objects.create(name="viewer")
    Group.objects.get(name="Support").delete()
    make_roles(apps, ROLES)
    assert not Group.objects.get(name="Finance").permissions.exists()
    assert not Group.objects.get(name="viewer").permissions.exists()
    assert not Group.objects.filter(name="Viewer").exists()
    assert Group.objects.get(name="Support").permissions.count() == len({*ROLES["Support"]})


def test_a_later_version_extends_a_role_unless_an_operator_has_changed_it():
    for role in ("Developer", "Approver", "Nobody has it"):
        if role == "Approver":
            Group.objects.get(name=role).permissions.remove(Permission.objects.get(codename="view_mail"))
        as_made = (*ROLES[role], *ADDED, *ADDED_LATER.get(role, ())) if role in ROLES else ()
        extend_role(apps, role, as_made=as_made, by=["charges.view_dispute", "mail.resend_mail"])
    extended, kept = (Group.objects.get(name=name).permissions for name in ("Developer", "Approver"))
    assert extended.filter(codename="resend_mail").exists()
    assert not kept.filter(codename="resend_mail").exists()


def test_the_page_of_roles_says_what_the_groups_may_do_now():
    person = UserFactory(staff=True)
    browser = Client()
    browser.force_login(person)
    Group.objects.create(name="Night shift").permissions.add(Permission.objects.get(codename="resend_mail"))
    page = browser.get("/admin/roles/")
    words = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    assert PURPOSES["Support"] in words
    assert "A role of this installation." in words
    roles = [group.name for group, _ in page.context["roles"]]
    for section in page.context["sections"]:
        for line in section.lines:
            given = {name for name, has in zip(roles, line.given, strict=True) if has}
            if line.words == "Give a charge back":
                assert given == {"Finance"}
            if line.words == "Have a mail sent again":
                assert given == {"Support", "Finance", "Administrator", "Night shift"}
    assert {"Give a charge back", "Have a mail sent again", "Approve what others want to do with money"} <= {
        line.words for section in page.context["sections"] for line in section.lines
    }
