"""Each invariant is broken on purpose, and exactly it is reported; the command says so."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from charges.collection.single import collect_charge
from ledger.balances import roll_up_balances
from operations.factories import ChargeFactory
from operations.invariants import INVARIANTS
from operations.verification import MAX_ROWS, find_breaches
from tests.ledger.posting import post_fee
from tests.module_rows import rows_of_module
from tests.money import fetch
from tests.operations.approval_breakages import APPROVALS
from tests.operations.breakages import CHARGES, break_data, find_broken
from tests.operations.day_tree_breakages import DAY_TREES
from tests.operations.dispute_breakages import DISPUTES
from tests.operations.entry_sum_breakages import ENTRY_SUMS
from tests.operations.invoice_breakages import INVOICES
from tests.operations.month_breakages import MONTHS
from tests.operations.payout_breakages import PAYOUTS
from tests.operations.receivable_breakages import RECEIVABLES
from tests.operations.subscription_breakages import SUBSCRIPTIONS
from tests.operations.webhook_breakages import WEBHOOKS
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def story(request):
    """A collected, a pending, a due and a declined charge, some of their entries rolled up."""
    with rows_of_module(request, tell_story) as rows:
        yield rows


def tell_story():
    collected, due, declined = (
        ChargeFactory(activated=True, name='Straße "7" \\ 🧾 Ελλάδα'),
        ChargeFactory(activated=True),
        ChargeFactory(activated=True, card="tok_test_decline_soft"),
    )
    collect_charge(collected.pk)
    collect_charge(declined.pk)
    connection.check_constraints()
    roll_forward()
    post_fee("fee", 7)
    assert fetch(collected).status == "success"
    pending = ChargeFactory()
    return {
        "charge": collected.pk,
        "key": collected.key,
        "public_id": str(collected.public_id),
        "payee": collected.payee_id,
        "stranger": collected.buyer_account_id,
        "pending": pending.pk,
        "due": due.pk,
        "declined": declined.pk,
    }


def roll_forward():
    """The roll-up cannot pass the test's own open transaction, so what it has posted is put before it."""
    break_data("UPDATE ledger_ledgerentry SET xact = 3")
    roll_up_balances()


def test_sound_books_break_nothing(story):
    assert find_broken() == set()


@pytest.mark.parametrize("name", CHARGES)
def test_exactly_what_is_broken_is_reported(name, story):
    sql, expected = CHARGES[name]
    break_data(sql.format(**story))
    assert find_broken(sql) == expected


@pytest.mark.parametrize(("minutes", "broken"), [(14, set()), (16, {"I-20"})])
def test_clocks_may_differ_by_a_quarter_of_an_hour_and_no_more(minutes, broken, story):
    sql = f"UPDATE charges_attempt SET sent_at = sent_at - interval '{minutes} minutes'"
    sql += f" WHERE charge_id = {story['charge']}"
    break_data(sql)
    assert find_broken(sql) == broken


def test_tests_of_money_notice_it_too(story):
    assert_books_are_sound()
    break_data(CHARGES["I-07"][0].format(**story))
    with pytest.raises(AssertionError, match="I-07"):
        assert_books_are_sound()


def test_every_invariant_is_broken_once():
    assert {invariant.id for invariant in INVARIANTS} == {
        id
        for _, broken in (
            *CHARGES.values(),
            *SUBSCRIPTIONS.values(),
            *RECEIVABLES.values(),
            *DISPUTES.values(),
            *APPROVALS.values(),
            *MONTHS.values(),
            *DAY_TREES.values(),
            *ENTRY_SUMS.values(),
            *PAYOUTS.values(),
            *INVOICES.values(),
            *WEBHOOKS.values(),
        )
        for id in broken
    } | {"I-39a"}  # In test_database_role.py: roles are of the whole server.


def test_the_documentation_lists_every_invariant():
    listed = (settings.BASE_DIR / "docs" / "invariants.md").read_text()
    assert [each.id for each in INVARIANTS if f"| {each.id} | {each.sentence} |" not in listed] == []


def test_the_command_names_the_rows_and_fails(story, capsys):
    break_data(CHARGES["I-07"][0].format(**story))
    with pytest.raises(SystemExit) as exit:
        call_command("verify")
    assert exit.value.code == 1
    printed = capsys.readouterr().out
    assert "BROKEN I-07: A charge is collected if and only if" in printed
    assert story["public_id"] in printed


def test_the_command_answers_a_machine_in_json(story, capsys):
    call_command("verify", "--json")
    result = json.loads(capsys.readouterr().out)
    assert result["sound"] is True
    assert result["broken"] == []


def test_at_most_twenty_rows_of_each_are_shown(story, capsys):
    break_data(
        "INSERT INTO ledger_ledgertransaction"
        " (public_id, kind, reference, description, currency, livemode, created_at)"
        " SELECT gen_random_uuid(), 'withdrawal', 'empty ' || n, '', 'USD', true, now()"
        " FROM generate_series(1, 30) n"
    )
    [breach] = find_breaches()
    assert (len(breach.rows), breach.has_more) == (MAX_ROWS, True)
