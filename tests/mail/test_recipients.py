"""Who gets a mail: the one who agreed, else those with the billing role; all of them where one must act."""

import pytest
from django.urls import reverse

from access.members import remove_member
from charges.models import Charge
from customers.models import Account, Application
from events.models import Event
from mail.causes.buyers import write_to_buyers
from mail.causes.sellers import write_to_sellers
from mail.compose import compose_mail
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import queue_mails
from mail.recipients import MOST_OF_ONE
from operations.factories import AccountFactory, ChargeFactory, CustomerFactory, SubscriptionFactory
from subscriptions.lifecycle.cancel import cancel_subscription
from tests.mail.steps import make_caller
from webhooks.endpoints import create_endpoint, switch_off
from webhooks.models import DisabledReason, Endpoint

pytestmark = pytest.mark.django_db


def list_mails() -> list[Mail]:
    events = list(Event.objects.order_by("xact", "id"))
    return [*write_to_buyers(events), *write_to_sellers(events)]


def addresses(kind: Kind) -> list[str]:
    return [mail.address for mail in list_mails() if mail.kind == kind]


def bo() -> Account:
    return Account.objects.get(email="bo@buyer.example")


def test_a_receipt_goes_to_who_agreed():
    caller = make_caller()
    AccountFactory(organization=bo().organization, email="al@buyer.example")
    ChargeFactory(caller=caller, collected=True)
    assert addresses(Kind.RECEIPT) == ["bo@buyer.example"]


@pytest.mark.parametrize("change", [{"has_billing_role": False}, {"user__is_active": False}])
def test_who_lost_the_role_or_left_gets_nothing_and_the_others_do(change):
    caller = make_caller()
    AccountFactory(organization=bo().organization, email="al@buyer.example")
    ChargeFactory(caller=caller, collected=True)
    if "has_billing_role" in change:
        Account.objects.filter(pk=bo().pk).update(**change)
    else:
        type(bo().user).objects.filter(pk=bo().user_id).update(is_active=False)
    assert addresses(Kind.RECEIPT) == ["al@buyer.example"]


def test_where_somebody_must_act_all_with_the_role_hear_of_it():
    caller = make_caller()
    AccountFactory(organization=bo().organization, email="al@buyer.example")
    AccountFactory(organization=bo().organization, email="no@buyer.example", has_billing_role=False)
    ChargeFactory(caller=caller, failed=True)
    assert sorted(addresses(Kind.PAYMENT_FAILED)) == ["al@buyer.example", "bo@buyer.example"]


def test_of_a_crowd_no_more_than_so_many_are_mailed():
    caller = make_caller()
    for _ in range(MOST_OF_ONE + 3):
        AccountFactory(organization=bo().organization)
    ChargeFactory(caller=caller, failed=True)
    assert len(addresses(Kind.PAYMENT_FAILED)) == MOST_OF_ONE


def test_of_an_endpoint_hear_owners_and_developers_and_no_author_who_left():
    app = make_caller().app
    seller = Application.objects.get(pk=app.id).organization
    owner = AccountFactory(organization=seller, email="owner@seller.example", is_owner=True)
    AccountFactory(organization=seller, email="new@seller.example", is_developer=True)
    author = AccountFactory(organization=seller, email="dev@seller.example", is_developer=True)
    remove_member(author.pk, by=owner)
    switch_off_an_endpoint(app.id)
    assert addresses(Kind.ENDPOINT_DISABLED) == ["owner@seller.example", "new@seller.example"]


def test_where_nobody_looks_after_an_app_its_author_hears_of_its_endpoint():
    switch_off_an_endpoint(make_caller().app.id)
    assert addresses(Kind.ENDPOINT_DISABLED) == ["dev@seller.example"]


def test_the_mail_about_an_endpoint_leads_to_its_page():
    caller = make_caller()
    Account.objects.filter(email="ada@seller.example").update(is_developer=True)
    endpoint = switch_off_an_endpoint(caller.app.id)
    [mail] = [mail for mail in list_mails() if mail.kind == Kind.ENDPOINT_DISABLED]
    page = reverse("console_endpoint", args=[caller.app.client_id, endpoint.public_id])
    body = compose_mail(mail).body
    assert f"{page}\n" in body
    assert "because you look after the apps" in body


def switch_off_an_endpoint(application_id: int) -> Endpoint:
    made = create_endpoint(application_id=application_id, url="https://seller.example/hooks").endpoint
    switch_off(made, DisabledReason.FAILING)
    return made


def test_customers_of_merchants_hear_from_the_merchant():
    CustomerFactory(email="someone@customer.example")
    assert list_mails() == []


def test_a_payment_given_up_with_its_subscription_is_not_told_beside_it():
    SubscriptionFactory(caller=make_caller(), frozen=True)
    kinds = [mail.kind for mail in list_mails()]
    assert kinds.count(Kind.SUBSCRIPTION_FROZEN) == 1
    assert Kind.PAYMENT_FAILED not in kinds


def test_a_mail_is_made_once_for_each_cause_and_address():
    ChargeFactory(caller=make_caller(), collected=True)
    queue_mails(list_mails())
    queue_mails(list_mails())
    assert sorted(Mail.objects.values_list("kind", flat=True)) == [Kind.FIRST_SALE, Kind.RECEIPT]


def test_only_the_first_sale_in_earnest_is_told():
    caller = make_caller()
    ChargeFactory(caller=caller, collected=True, test=True)
    assert addresses(Kind.FIRST_SALE) == []
    ChargeFactory(caller=caller, collected=True)
    events = list(Event.objects.order_by("id"))
    ChargeFactory(caller=caller, collected=True)
    later = Event.objects.exclude(pk__in=[event.pk for event in events])
    assert [mail.kind for mail in write_to_sellers(events)] == [Kind.FIRST_SALE]
    later_mails = write_to_sellers(list(later.order_by("id")))
    assert [mail.kind for mail in later_mails] == []


def test_a_next_try_is_not_promised_once_the_subscription_is_cancelled():
    subscription = SubscriptionFactory(caller=make_caller(), retried=True)
    [mail] = [mail for mail in list_mails() if mail.kind == Kind.PAYMENT_FAILED]
    assert "Next try" in compose_mail(mail).body
    cancel_subscription(subscription.pk, actor="test")
    assert compose_mail(mail) is None


def test_a_subscription_is_not_said_to_have_stopped_once_it_was_cancelled():
    subscription = SubscriptionFactory(caller=make_caller(), frozen=True)
    [mail] = [mail for mail in list_mails() if mail.kind == Kind.SUBSCRIPTION_FROZEN]
    assert compose_mail(mail) is not None
    cancel_subscription(subscription.pk, actor="test")
    assert compose_mail(mail) is None


def test_words_are_in_the_language_and_the_zone_of_who_reads_them():
    caller = make_caller(time_zone="Asia/Tokyo", language="de")
    ChargeFactory(caller=caller, collected=True)
    mail = next(mail for mail in list_mails() if mail.kind == Kind.RECEIPT)
    message = compose_mail(mail)
    assert mail.language == "de"
    assert "Japan" in message.body
    assert 'lang="de"' in message.alternatives[0][0]


def test_the_mails_about_many_events_cost_as_many_queries_as_those_about_one(django_assert_max_num_queries):
    for _ in range(3):
        ChargeFactory(caller=make_caller_of_its_own(), collected=True)
    assert Charge.objects.count() == 3
    with django_assert_max_num_queries(9):
        assert len(list_mails()) == 6


def make_caller_of_its_own():
    from operations.factories import ApplicationFactory, CallerFactory, OrganizationFactory

    seller = OrganizationFactory()
    AccountFactory(organization=seller)
    return CallerFactory(application=ApplicationFactory(organization=seller))
