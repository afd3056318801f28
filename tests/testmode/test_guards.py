"""What the database refuses of test buyers, whoever writes."""

import pytest
from django.db import DatabaseError, connection, transaction

from customers.models import PaymentOption, TestBuyer
from operations.factories import (
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
)
from testmode.buyers import create_test_buyer
from tests.testmode.people import Tried

pytestmark = pytest.mark.django_db


def refuses(sql: str, *params: object, words: str) -> bool:
    """Say whether the database refuses a statement with these words."""
    with (
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)
    return True


def copy(table: str, row_id: int, **changes: object) -> str:
    """SQL that inserts a row again, but for its keys and what is changed."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
        names = [column.name for column in cursor.description]
    own = {"id": f"nextval(pg_get_serial_sequence('{table}', 'id'))", "public_id": "gen_random_uuid()"}
    values = [str(changes.get(name, own.get(name, name))) for name in names]
    of_it = f"FROM {table} WHERE id = {row_id}"
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} {of_it}"


def test_a_test_buyer_buys_for_test_money_from_its_seller_alone():
    tried, stranger = Tried(), OrganizationFactory()
    caller = tried.caller()
    alone = "pays its seller alone"
    for made, table in (
        (ChargeFactory(caller=caller, test=True), "charges_charge"),
        (SubscriptionFactory(caller=caller, test=True), "subscriptions_subscription"),
    ):
        assert made.has_own_clock
        assert refuses(copy(table, made.pk, test="false", funding_source="NULL"), words=alone)
        assert refuses(copy(table, made.pk, payee_id=stranger.pk), words=alone)
        assert refuses(
            f"UPDATE {table} SET has_own_clock = false WHERE id = %s", made.pk, words="Cannot update"
        )


def test_nothing_live_and_nothing_of_others_gets_a_clock_of_its_own():
    live, test = SubscriptionFactory(), ChargeFactory(test=True)
    assert (live.has_own_clock, test.has_own_clock) == (False, False)
    for table, row_id in (("charges_charge", test.pk), ("subscriptions_subscription", live.pk)):
        with connection.cursor() as cursor:
            cursor.execute(f"{copy(table, row_id, has_own_clock='true')} RETURNING has_own_clock")
            assert cursor.fetchone() == (False,)


def test_a_test_buyer_has_cards_of_the_sandbox_only():
    option = PaymentOption.objects.get(organization=Tried().buyer.pk)
    assert refuses(
        "UPDATE customers_paymentoption SET gateway = 'stripe' WHERE id = %s", option.pk, words="sandbox only"
    )
    changes = {"gateway": "'stripe'", "gateway_token": "'tok_live'", "is_default": "false"}
    assert refuses(copy("customers_paymentoption", option.pk, **changes), words="sandbox only")


def test_only_a_new_organisation_becomes_a_test_buyer_and_it_stays_one():
    app = ApplicationFactory()
    buyer = CallerFactory(application=app)
    ChargeFactory(caller=buyer)
    insert = (
        "INSERT INTO customers_testbuyer (organization_id, seller_id, clock_at, created_at)"
        " VALUES (%s, %s, now(), now())"
    )
    seller = app.organization_id
    with_card = PaymentOptionFactory().organization_id
    for used in (buyer.organization_id, ApplicationFactory().organization_id, with_card):
        assert refuses(insert, used, seller, words="a test buyer is a new organisation")
    assert refuses(insert, OrganizationFactory().pk, None, words="null value")
    made = create_test_buyer(seller_id=seller).buyer
    update = "UPDATE customers_testbuyer SET {} WHERE organization_id = %s"
    assert refuses(update.format("clock_at = clock_at - interval '1 second'"), made.pk, words="Cannot update")
    assert refuses(update.format(f"seller_id = {with_card}"), made.pk, words="Cannot update")
    assert refuses("DELETE FROM customers_testbuyer", words="Cannot delete")
    assert TestBuyer.objects.filter(pk=made.pk).exists()
