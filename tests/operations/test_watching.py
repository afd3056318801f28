"""Each minute what is cheap to check is looked at; what is broken is logged, in /metrics and in the admin."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from backoffice.overview import list_concerns
from charges.collection.single import collect_charge
from core import clock
from operations import watching
from operations.factories import ChargeFactory, UserFactory
from operations.invariants.watched import AS_THEY_ARE, OF_NEW_ROWS, WATCHED
from operations.models import InvariantLook
from operations.watching import look

pytestmark = pytest.mark.django_db(transaction=True)
BREAKS = {
    "I-01": "UPDATE ledger_ledgerentry SET amount_minor = amount_minor + 1 WHERE amount_minor > 0",
    "I-02": "DELETE FROM ledger_ledgerentry WHERE amount_minor < 0",
    "I-05": "UPDATE ledger_ledgeraccount SET currency = 'EUR' WHERE kind = 'buyer_clearing'",
    "I-07": "UPDATE charges_attempt SET amount_minor = 1",
    "I-08": "UPDATE ledger_ledgertransaction SET reference = 'charge:' || gen_random_uuid()",
}


@pytest.fixture
def sold():
    """Every invariant was looked at once, and then something was sold."""
    look()
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)


def break_past_guards(sql):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET session_replication_role = replica; {sql}; SET session_replication_role = origin"
        )


def list_broken():
    return set(InvariantLook.objects.filter(broken_rows__gt=0).values_list("invariant", flat=True))


def test_all_that_is_watched_is_there():
    assert {each.id for each in WATCHED} == {*OF_NEW_ROWS, *AS_THEY_ARE}


def test_what_is_sound_is_not_read_again(sold):
    before = {row.invariant: row.seen_xact for row in InvariantLook.objects.all()}
    look()
    assert list_broken() == set()
    assert all(row.seen_xact > before[row.invariant] for row in InvariantLook.objects.all())
    break_past_guards(BREAKS["I-01"])
    look()
    assert list_broken() == set()


@pytest.mark.slow
@pytest.mark.parametrize("id", BREAKS)
def test_what_is_broken_is_told_until_it_is_mended(sold, id, caplog):
    break_past_guards(BREAKS[id])
    with caplog.at_level(logging.ERROR):
        look()
        look()
    assert id in list_broken()
    assert caplog.text.count(f"'{id}'") == 1 or caplog.text.count(id) == 1
    row = InvariantLook.objects.get(invariant=id)
    assert f'invariant_broken_rows{{invariant="{id}"}} {row.broken_rows}.0' in read_metrics()
    [concern] = [each for each in list_concerns(see_all()) if each.title == "Invariants that are broken"]
    assert (concern.value, concern.alarming) == (str(len(list_broken())), True)


@pytest.mark.slow
def test_what_is_too_much_for_one_look_is_looked_at_in_parts(sold, monkeypatch):
    """As after an import, or days without a worker: else that invariant would never be looked at again."""
    slow = "SELECT pg_sleep(0.3) WHERE %(horizon)s - %(seen)s > 1000"
    much = replace(next(each for each in WATCHED if each.id == "I-01"), sql=slow)
    monkeypatch.setattr(watching, "WATCHED", [much])
    monkeypatch.setattr(watching, "LONGEST", "100ms")
    row = InvariantLook.objects.filter(invariant="I-01")
    newest = row.get().seen_xact
    row.update(seen_xact=newest - 10_000, looked_at=clock.now() - timedelta(hours=1))
    look()
    assert newest - 10_000 < row.get().seen_xact < newest
    assert clock.now() - row.get().looked_at < timedelta(minutes=1)
    for _ in range(50):
        look()
    assert row.get().seen_xact >= newest


@pytest.mark.slow
def test_a_look_that_is_long_ago_is_told(sold):
    look()
    with clock.travel_to(clock.now() + timedelta(hours=1)):
        [concern] = [each for each in list_concerns(see_all()) if each.title == "Invariants that are broken"]
        assert concern.alarming
        assert concern.remark.startswith("not looked at since")
        assert 'invariant_look_age_seconds{invariant="I-01"} 36' in read_metrics()


def see_all():
    return UserFactory(is_staff=True, is_superuser=True)


def read_metrics():
    return Client().get("/metrics").content.decode()


def test_the_list_in_the_admin_shows_each(sold, admin_client):
    look()
    shown = admin_client.get("/admin/operations/invariantlook/").content.decode()
    assert "Every ledger transaction balances." in shown
