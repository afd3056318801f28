"""An application that is not approved sells for test money only: services, wire and database say so."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from access.application_review import approve_application, submit_application
from charges.models import Charge
from customers.errors import ApplicationNotApproved
from customers.models import Application
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    SubscriptionFactory,
)
from subscriptions.models import Subscription
from tests.tokens import issue_test_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return CallerFactory(application=ApplicationFactory(draft=True))


def test_it_makes_test_charges_and_subscriptions_and_no_others(caller):
    for make in (ChargeFactory, SubscriptionFactory):
        assert make(caller=caller, test=True).test
        with pytest.raises(ApplicationNotApproved):
            make(caller=caller)
    application = Application.objects.get(pk=caller.app.id)
    submit_application(application.pk, actor="test")
    with pytest.raises(ApplicationNotApproved):
        ChargeFactory(caller=caller)
    approve_application(application.pk, actor="staff:test")
    approved = CallerFactory(account=AccountFactory(), application=Application.objects.get(pk=caller.app.id))
    assert not ChargeFactory(caller=approved).test


def test_the_database_refuses_what_another_road_brings(caller):
    for made in (ChargeFactory(caller=caller, test=True), SubscriptionFactory(caller=caller, test=True)):
        rows = type(made).objects
        made.pk, made.test, made._state.adding = None, False, True
        made.public_id = type(made)._meta.get_field("public_id").get_default()
        for write in (made.save, partial(rows.bulk_create, [made])):
            with pytest.raises(IntegrityError, match="sells for test money only"), transaction.atomic():
                write()
    assert {*Charge.objects.values_list("test"), *Subscription.objects.values_list("test")} == {(True,)}


def test_text_clients_get_403(caller, client):
    account = AccountFactory()
    token = issue_test_token(account, Application.objects.get(pk=caller.app.id))
    said = {"name": "Reports", "price": 100, "quantity": 1, "return_url": "https://seller.example/back"}
    for path, more in (("direct_charge", {}), ("recurrent_charge", {"months": 1})):
        answer = client.post(
            f"/v2/{path}/livechat",
            said | more,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert (answer.status_code, answer.json()["error"]["type"]) == (403, "authorization")
        assert "ask with test: true" in answer.json()["error"]["message"]
