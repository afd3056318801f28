"""Files that may be read from a standby, on a real one that follows the tests' server."""

from functools import partial

import pytest
from django.db import InternalError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from charges.models import Charge
from core import replica as reading
from core.bulk import run_query
from core.metrics import write_metrics
from core.replica import find_alias, measure_lag, stream_from_replica
from customers.models import Organization
from operations.factories import ChargeFactory, OrganizationFactory, UserFactory
from operations.replica_metrics import ReplicaFigures
from tests import standby
from tests.console.sellers import Seller
from tests.desk import log_in

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standby.standby() as found, standby.named_as_replica(found):
        yield found


@pytest.fixture
def replica(transactional_db, server, settings):
    settings.REPLICA_LAG_LIMIT = 5.0
    connections["replica"].close()
    return server


@pytest.fixture
def lagging(replica, settings):
    settings.REPLICA_LAG_LIMIT = 0.1
    standby.pause_replay(replica, paused=True)
    yield replica
    standby.pause_replay(replica, paused=False)


@pytest.fixture(autouse=True)
def forgives_at_once(monkeypatch):
    monkeypatch.setattr(reading, "LEFT_ALONE", 0.0)


def look(read=find_alias):
    """What is read for a line of a file."""
    [found] = stream_from_replica(read() for _ in range(1))
    return found


def asks(alias, table):
    """The queries of this alias that name a table."""
    return [query["sql"] for query in connections[alias].queries if table in query["sql"]]


def read_file(answer):
    return b"".join(answer.streaming_content).decode()


def test_a_sellers_file_is_read_from_the_standby_and_has_what_was_just_written(replica):
    ours, theirs = Seller(), Seller()
    bought, other = ours.sell(), theirs.sell()
    browser = log_in(ours.owner)
    with CaptureQueriesContext(connection), CaptureQueriesContext(connections["replica"]):
        answer = browser.get("/console/charges/?format=csv")
        before = len(asks("default", "charges_charge"))
        text = read_file(answer)
        assert asks("replica", "charges_charge")
        assert len(asks("default", "charges_charge")) == before
    assert str(bought.public_id) in text
    assert str(other.public_id) not in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_staffs_files_are_read_from_the_standby(replica, kind):
    ChargeFactory()
    browser = Client()
    browser.force_login(UserFactory(superuser=True))
    answer = browser.get(f"/admin/charges/charge/?export={kind}&mode=all")
    with CaptureQueriesContext(connection), CaptureQueriesContext(connections["replica"]):
        assert b"".join(answer.streaming_content)
        assert asks("replica", "charges_charge")
        assert not asks("default", "charges_charge")


def test_a_standby_that_is_behind_is_not_read(lagging):
    OrganizationFactory(name="Made meanwhile")
    assert look() == "default"
    assert look(Organization.objects.filter(name="Made meanwhile").exists)
    assert measure_lag() > 0


def test_a_standby_that_catches_up_in_time_is_read(lagging, settings):
    OrganizationFactory(name="Made meanwhile")
    settings.REPLICA_LAG_LIMIT = 10.0
    standby.pause_replay(lagging, paused=False)
    assert look() == "replica"
    assert look(Organization.objects.filter(name="Made meanwhile").exists)


def test_without_the_standby_the_primary_is_read(replica, monkeypatch):
    monkeypatch.setitem(connections["replica"].settings_dict, "PORT", "9")
    assert look() == "default"
    assert b"replica_up 0.0" in write_metrics(ReplicaFigures())


def test_within_a_transaction_the_primary_is_read(replica):
    with transaction.atomic():
        assert look() == "default"


def test_nothing_is_written_to_the_standby(replica):
    made = look(partial(OrganizationFactory, name="Through the ORM"))
    with pytest.raises(InternalError, match="read-only transaction"):
        look(partial(run_query, "UPDATE customers_organization SET name = 'Through SQL' RETURNING id", []))
    assert Organization.objects.get(pk=made.pk)._state.db == "default"
    assert Charge.objects.using("replica").db == "replica"


def test_what_runs_between_two_lines_of_a_file_reads_from_the_primary(replica):
    lines = stream_from_replica(find_alias() for _ in range(2))
    assert [(line, find_alias()) for line in lines] == [("replica", "default")] * 2


def test_prometheus_hears_how_far_the_standby_is_behind(replica):
    told = write_metrics(ReplicaFigures())
    assert b"replica_up 1.0" in told
    assert b"replica_lag_seconds " in told


def test_a_server_that_is_no_standby_is_not_read():
    with standby.named_as_replica(None):
        assert measure_lag() is None
        assert look() == "default"


def test_a_standby_that_failed_is_left_alone_for_a_while(replica, monkeypatch):
    monkeypatch.setattr(reading, "LEFT_ALONE", 60.0)
    monkeypatch.setattr(reading, "_left_alone", {"until": 0.0})
    with monkeypatch.context() as away:
        away.setitem(connections["replica"].settings_dict, "PORT", "9")
        assert look() == "default"
    assert look() == "default"
    reading._left_alone["until"] = 0.0
    assert look() == "replica"
