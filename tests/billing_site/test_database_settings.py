"""How the programs connect to PostgreSQL, directly and through a pooler."""

import pytest

from billing_site import database_settings, settings_addresses
from billing_site.settings_readers import Environment

pytestmark = pytest.mark.rules

GIVEN = {"NAME": "billing", "HOST": "db.example"}
SESSION = {"jit": "off", "billing.refund_approval_limit": "JPY:75000,USD:50000"}


def configure(*, pooler, **given):
    return database_settings.configure(GIVEN | given, session=SESSION, pooler=pooler)


def test_a_direct_connection_prepares_statements_and_brings_the_parameters_along():
    direct = configure(pooler="none")
    assert direct["OPTIONS"]["prepare_threshold"] == 5
    assert direct["OPTIONS"]["options"].startswith(
        "-c jit=off -c billing.refund_approval_limit=JPY:75000,USD:50000 "
    )
    assert direct["DISABLE_SERVER_SIDE_CURSORS"] is False


def test_through_a_pooler_nothing_is_left_to_the_session():
    pooled = configure(pooler="transaction")
    assert pooled["OPTIONS"] == database_settings.CLIENT_TIMES | {"prepare_threshold": None}
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.parametrize("pooler", database_settings.POOLERS)
def test_what_the_url_says_counts(pooler):
    told = configure(pooler=pooler, OPTIONS={"prepare_threshold": 7, "sslmode": "require"})["OPTIONS"]
    assert (told["prepare_threshold"], told["sslmode"]) == (7, "require")


def test_options_of_the_url_come_after_our_own():
    told = configure(pooler="none", OPTIONS={"options": "-c work_mem=64MB"})["OPTIONS"]["options"]
    assert told.startswith("-c jit=off ")
    assert told.endswith(" -c work_mem=64MB")


@pytest.mark.parametrize("pooler", database_settings.POOLERS)
def test_a_server_that_is_cut_off_is_given_up_within_half_a_minute(pooler):
    told = configure(pooler=pooler)["OPTIONS"]
    idle = told["keepalives_idle"] + told["keepalives_interval"] * told["keepalives_count"]
    assert max(idle, told["tcp_user_timeout"] / 1000, told["connect_timeout"]) <= 30


def test_several_servers_may_be_named_and_the_one_that_takes_writes_is_found():
    url = "postgres://u:p@db1.example,db2.example:5432/billing?target_session_attrs=read-write"
    read = settings_addresses.read_database_url(Environment({"DATABASE_URL": url}), "DATABASE_URL")
    assert read["HOST"] == "db1.example,db2.example"
    assert configure(pooler="none", **read)["OPTIONS"]["target_session_attrs"] == "read-write"
