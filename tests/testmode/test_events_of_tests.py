"""No event about a test buyer, a test or an endpoint is told as one of live money."""

from datetime import timedelta

import pytest

from access.installations import install_application, revoke_application_access
from charges.refunds.ask import ask_refund
from events.models import Event
from events.types import ObjectType
from invoicing.issue import issue_batch
from operations.factories import ChargeFactory
from testmode.advance_clock import advance_test_clock
from testmode.buyers import find_account_of
from tests.testmode.people import Tried
from webhooks.endpoints import create_endpoint
from webhooks.repair import send_test_event

pytestmark = pytest.mark.django_db(transaction=True)
# No test money is paid to sellers, and only merchants, who have no test buyers, pay their customers.
LIVE_ALONE = {ObjectType.PAYOUT, ObjectType.PAYOUT_SETTINGS, ObjectType.DISBURSEMENT}


@pytest.mark.slow
def test_every_kind_of_event_about_a_test_buyer_is_told_as_a_test():
    tried = Tried()
    account, app = find_account_of(tried.buyer), tried.app
    endpoint = create_endpoint(application_id=app.pk, url="https://seller.example/hooks").endpoint
    send_test_event(endpoint.pk)
    install_application(account=account, application=app)
    caller = tried.caller()
    with caller.use_clock():
        charge = ChargeFactory(caller=caller, test=True, collected=True)
        ask_refund(charge_id=charge.pk, amount_minor=50, reason="Half.", actor="test")
    tried.subscribe()
    tried.subscribe(funding_source="/cards/dispute")
    advance_test_clock(tried.buyer.pk, to=tried.read().clock_at + timedelta(days=40))
    issue_batch()
    revoke_application_access(account=account, application_id=app.pk)

    told = list(Event.objects.filter(organization_id=app.organization_id))
    assert {event.object_type for event in told} == {*ObjectType} - LIVE_ALONE
    assert [event.type for event in told if event.livemode] == []
