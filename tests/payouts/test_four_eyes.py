"""Money does not move without a second person: not by a service, not by SQL, not for a superuser."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from approvals.errors import ApprovedByRequester, MayNotApprove, NotApproved
from approvals.four_eyes import name_staff, void_approval
from approvals.models import Approval
from core import clock
from operations.factories import AccountFactory, PayoutAccountFactory, PayoutFactory, UserFactory
from operations.factories.payouts import earn
from payouts.accounts import change_account
from payouts.decide import approve_payout, change_method, reject_payout
from payouts.directing import note_log_in
from payouts.errors import NothingToSend, WrongPayoutState
from payouts.models import Direction, Payout, PayoutAccount, PayoutMethod
from payouts.request import Requester, request_payout
from payouts.schedule import request_month, set_schedule
from payouts.sending.bank_file import make_bank_file
from payouts.sending.by_hand import send_by_hand
from payouts.sending.transfer import send_approved_payouts
from tests.payouts.steps import ask, balances, fetch
from tests.payouts.test_accounts import DESTINATION

pytestmark = pytest.mark.django_db
SENT = (
    "UPDATE payouts_payout SET status = 'sent', sent_at = now(), event_count = event_count + 1 WHERE id = {}"
)
APPROVED = "UPDATE payouts_payout SET status = 'approved', event_count = event_count + 1 WHERE id = {}"
USED = """
    UPDATE approvals_approval SET status = 'approved', decided_by_id = {by}, decided_at = now();
    UPDATE approvals_approval SET status = 'used', used_at = now();
"""


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_asks_does_not_approve_and_no_money_moves(seller, is_superuser):
    earn(seller, 10_000)
    clerk = UserFactory(staff=True, superuser=is_superuser)
    payout = ask(seller, 5_000, user=clerk, method="by_hand")
    for decide in (approve_payout, lambda pk, user: reject_payout(pk, user=user, reason="No.")):
        with pytest.raises(ApprovedByRequester if is_superuser else (ApprovedByRequester, MayNotApprove)):
            decide(payout.pk, user=clerk)
    with pytest.raises(WrongPayoutState):
        send_by_hand(payout.pk, reference="x", actor="test")
    with pytest.raises(NothingToSend):
        make_bank_file(actor="test")
    assert send_approved_payouts() == 0
    assert (fetch(payout).status, balances()["payouts_in_transit"]) == ("requested", -5_000)


def test_staff_without_the_permission_do_not_approve(seller):
    payout = PayoutFactory()
    with pytest.raises(MayNotApprove):
        approve_payout(payout.pk, user=UserFactory(staff=True))


def test_one_person_of_the_staff_approves_what_a_seller_asks_for(seller, desk):
    earn(seller, 10_000)
    account = AccountFactory(organization=seller)
    payout = request_payout(
        organization_id=seller.pk,
        currency="EUR",
        amount_minor=5_000,
        requester=Requester(actor="page/account", account=account),
    )
    with pytest.raises(MayNotApprove):
        approve_payout(payout.pk, user=account.user)
    assert approve_payout(payout.pk, user=desk.approver).status == "approved"


def test_an_approval_that_was_taken_back_sends_nothing(seller):
    payout = PayoutFactory(approved=True)
    void_approval(approval=Approval.objects.get(), actor="test", reason="Changed my mind.")
    with pytest.raises(NotApproved):
        send_by_hand(payout.pk, reference="x", actor="test")
    assert fetch(payout).status == "approved"


def test_sql_does_not_send_what_nobody_approved(seller):
    payout = PayoutFactory()
    with pytest.raises(IntegrityError, match="nobody has approved this payout"):
        run(APPROVED.format(payout.pk) + ";" + SENT.format(payout.pk))
    approved = PayoutFactory(approved=True)
    with pytest.raises(IntegrityError, match="nobody has approved this payout"):
        run(SENT.format(approved.pk))


def test_sql_does_not_approve_by_who_asked_or_by_who_is_no_staff(seller):
    PayoutFactory()
    requester = Approval.objects.get().requested_by_id
    for by in (requester, AccountFactory().user_id):
        with pytest.raises(IntegrityError):
            run(USED.format(by=by))


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        "amount_minor = amount_minor - 1",
        "currency = 'USD'",
        "organization_id = (SELECT MIN(id) FROM customers_organization)",
        "available_minor = 999999",
        "public_id = gen_random_uuid()",
        "account_id = (SELECT MAX(id) FROM payouts_payoutaccount)",
        "method = 'bank_file'",
    ],
)
def test_sql_does_not_change_what_was_approved(seller, change):
    payout = PayoutFactory(approved=True)
    PayoutFactory()
    with pytest.raises(Exception, match=r"goes where|Cannot update|nobody|duplicate|exceed"):
        run(f"UPDATE payouts_payout SET {change} WHERE id = {payout.pk}")


COLUMNS = (
    "organization_id, account_id, currency, amount_minor, available_minor, method, actor, gateway, reference,"
    " failure_code, failure_message, checks, created_at, updated_at, event_count"
)


@pytest.mark.parametrize("status", ["requested", "approved", "sent"])
def test_sql_makes_no_payout_without_a_locked_sum_or_past_its_beginning(seller, status):
    payout = PayoutFactory()
    with pytest.raises(IntegrityError, match="begins as a request"):
        run(
            f"INSERT INTO payouts_payout (public_id, status, sent_at, {COLUMNS})"
            f" SELECT gen_random_uuid(), '{status}', CASE '{status}' WHEN 'sent' THEN now() END, {COLUMNS}"
            f" FROM payouts_payout WHERE id = {payout.pk}"
        )


@pytest.mark.slow
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET actor = 'x'"])
@pytest.mark.parametrize("table", ["payouts_payoutchange", "payouts_payoutbatch"])
def test_sql_changes_no_history_and_no_file(seller, sql, table, desk):
    PayoutFactory(account=seller.payout_accounts.get(), approved=True, method="bank_file")
    make_bank_file(actor="test")
    with pytest.raises(Exception, match="Cannot"):
        run(sql.format(table))


def test_sql_deletes_no_payout_and_no_account(seller):
    PayoutFactory()
    for table in ("payouts_payout", "payouts_payoutaccount"):
        with pytest.raises(Exception, match="Cannot delete"):
            run(f"DELETE FROM {table}")
    with pytest.raises(Exception, match="Cannot update"):
        run("UPDATE payouts_payoutaccount SET iban = 'NL91ABNA0417164300'")
    assert Payout.objects.count() == 1


def direct_account(seller, boss):
    destination = DESTINATION | {"holder": "Kites Ltd"}
    payout = ask(seller, 5_000, method="by_hand")
    with clock.travel_to(clock.now() - timedelta(days=30)):
        change_account(
            organization_id=seller.pk,
            currency="EUR",
            destination=destination,
            actor=name_staff(boss),
            by=boss,
        )
    return payout


def direct_method(seller, boss):
    payout = ask(seller, 5_000)
    change_method(payout.pk, method=PayoutMethod.BY_HAND, user=boss, reason="Faster.")
    return payout


def direct_month(seller, boss):
    account = PayoutAccount.objects.get(organization=seller, replaced_at=None)
    schedule = set_schedule(account.pk, is_active=True, user=boss, reason="Monthly.")
    with transaction.atomic():
        return request_month.__wrapped__(schedule.pk, clock.now().date().replace(day=1))


def direct_log_in(seller, boss):
    account = AccountFactory(organization=seller)
    note_log_in(account.user, boss)
    return request_payout(
        organization_id=seller.pk,
        currency="EUR",
        amount_minor=5_000,
        requester=Requester(actor="page/account", account=account),
    )


DIRECTED = "UPDATE approvals_approval SET status = 'approved', decided_at = now(), decided_by_id = {}"


@pytest.mark.parametrize("direct", [direct_account, direct_method, direct_month, direct_log_in])
def test_who_said_where_money_goes_or_how_or_when_does_not_approve_it(seller, direct):
    earn(seller, 10_000)
    boss = UserFactory(staff=True, superuser=True)
    payout = direct(seller, boss)
    User.objects.filter(pk=boss.pk).update(username="another name")
    boss.refresh_from_db()
    with pytest.raises(ApprovedByRequester):
        approve_payout(payout.pk, user=boss)
    with pytest.raises(IntegrityError, match="who directed a payout"):
        run(DIRECTED.format(boss.pk) + " WHERE status = 'requested'")
    assert fetch(payout).status == "requested"
    assert approve_payout(payout.pk, user=UserFactory(staff=True, superuser=True)).status == "approved"


def test_who_directed_payouts_of_one_seller_approves_those_of_another(seller):
    boss = UserFactory(staff=True, superuser=True)
    other = PayoutFactory(account=PayoutAccountFactory())
    earn(seller, 10_000)
    direct_account(seller, boss)
    note_log_in(AccountFactory().user, boss)
    assert approve_payout(other.pk, user=boss).status == "approved"


def test_who_sets_their_own_password_directs_nothing(seller):
    account = AccountFactory(organization=seller)
    note_log_in(account.user, account.user)
    assert not Direction.objects.exists()


def test_what_directed_is_kept_for_ever(seller):
    earn(seller, 10_000)
    direct_account(seller, UserFactory(staff=True))
    for sql in ("DELETE FROM payouts_direction", "UPDATE payouts_direction SET kind = 'log_in'"):
        with pytest.raises(Exception, match="Cannot"):
            run(sql)


def test_what_changed_since_it_was_asked_for_is_void_for_ever_and_asked_for_anew(seller):
    payout = PayoutFactory()
    first = Approval.objects.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE payouts_payoutaccount SET holder = 'Other Kites'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    boss = UserFactory(staff=True, superuser=True)
    assert approve_payout(payout.pk, user=boss).status == "requested"
    first.refresh_from_db()
    assert (first.status, first.history.get().to_status) == ("void", "void")
    second = Approval.objects.get(status="requested")
    assert second.details["holder"] == "Other Kites"
    assert second.requested_by == first.requested_by
    assert approve_payout(payout.pk, user=boss).status == "approved"
