"""What staff do to subscriptions: with a reason, a permission, in words, once, and written down."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from core import clock
from operations.factories import OrganizationFactory, PaymentOptionFactory, SubscriptionFactory, UserFactory
from subscriptions.models import Subscription, SubscriptionChange
from tests.backoffice.forms import list_acts
from tests.backoffice.subscription_stories import REASON, have_one_held, let_one_fail, path
from tests.module_rows import rows_of_module
from tests.money import captures
from tests.subscriptions.stories import START, at, fetch, paid

pytestmark = pytest.mark.django_db
ACTS = {
    "cancel": "cancel_subscription",
    "retry": "retry_subscription",
    "release": "release_subscription",
    "change-card": "change_card_of_subscription",
}


@pytest.fixture(scope="module")
def stories(request):
    with rows_of_module(request, lambda: (let_one_fail(), have_one_held())) as made:
        yield made


@pytest.fixture
def failing(stories):
    return fetch(stories[0])


@pytest.fixture
def held(stories):
    return fetch(stories[1])


def buttons(staff, subscription):
    page = staff.get(path(subscription)).content.decode()
    return {act for act in ACTS if f'href="{path(subscription, act)}"' in page}


def let(*names):
    person = UserFactory(username="person", staff=True)
    person.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(person)
    return client


def told(response):
    return [str(message) for message in response.context["messages"]]


def everything():
    return list(Subscription.objects.values()), SubscriptionChange.objects.count(), list_acts().count()


@pytest.mark.slow
def test_only_what_can_be_done_is_offered(staff, failing, held):
    assert buttons(staff, failing) == {"cancel", "retry", "change-card"}
    assert buttons(staff, held) == {"cancel", "release", "change-card"}
    assert buttons(staff, SubscriptionFactory()) == set()


@pytest.mark.parametrize("act", ACTS)
def test_a_page_says_what_will_happen_and_does_nothing_yet(act, staff, failing, held):
    subscription = held if act == "release" else failing
    before = everything()
    page = staff.get(path(subscription, act)).content.decode()
    sentence = {
        "cancel": "The payment of 19.00 USD that waits for a retry is given up.",
        "retry": "19.00 USD is asked of visa ending in 4242 at once.",
        "release": "The periods missed until now (0) are billed",
        "change-card": "So far it is paid with visa ending in 4242.",
    }[act]
    assert sentence in page
    assert everything() == before


def test_a_release_says_how_much_it_will_cost(staff, held):
    with clock.travel_to(START + timedelta(days=130)):
        page = staff.get(path(held, "release")).content.decode()
    assert "It was held because: More than 3 periods were missed." in page
    assert "The periods missed until now (4)" in page
    assert "76.00 USD in all" in page


def test_cancelling_ends_it_and_is_written_down_twice(staff, failing):
    answer = staff.post(path(failing, "cancel"), REASON, follow=True)
    assert told(answer) == ["The subscription is cancelled."]
    assert answer.redirect_chain == [(path(failing), 302)]
    assert fetch(failing).status == "cancelled"
    assert paid(failing) == [(0, "failed")]
    change = failing.history.last()
    assert (change.actor, change.reason, change.to_status) == ("staff:root", "The buyer called.", "cancelled")
    entry = list_acts().get()
    assert (entry.user.username, entry.object_id) == ("root", str(failing.pk))
    assert entry.get_change_message() == "Cancel subscription: The buyer called."
    log = staff.get(path(failing, "history")).content.decode()
    assert "Cancel subscription: The buyer called." in log
    assert "ending in 9999" not in log


def test_retrying_asks_for_the_money_at_once(staff, failing):
    with clock.travel_to(START + timedelta(hours=1)):
        answer = staff.post(path(failing, "retry"), REASON, follow=True)
    assert told(answer) == ["The payment is being tried again."]
    assert failing.charges.get().collect_at == START + timedelta(hours=1)
    assert failing.history.last().reason == "Retried: The buyer called."
    assert list_acts().count() == 1


def test_the_card_of_somebody_else_is_no_choice(staff, failing):
    before = everything()
    foreign = PaymentOptionFactory(organization=OrganizationFactory(name="Somebody else"))
    answer = staff.post(path(failing, "change-card"), REASON | {"payment_option": foreign.pk})
    assert "payment_option" in answer.context["form"].errors
    assert everything() == before


def test_releasing_bills_what_was_missed(staff, held):
    late = START + timedelta(days=130)
    with clock.travel_to(late):
        staff.post(path(held, "release"), REASON)
    at(late)
    assert paid(held) == [(n, "success") for n in range(5)]
    assert held.history.filter(actor="staff:root").get().reason == "Released: The buyer called."


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_without_a_fitting_reason_nothing_is_done(act, staff, failing, held):
    subscription = held if act == "release" else failing
    before = everything()
    option = subscription.payment_option_id
    for reason in ("", "   ", "x" * 201, "so\u202e ton", "4111 1111 1111 1111"):
        answer = staff.post(path(subscription, act), {"reason": reason, "payment_option": option})
        assert "reason" in answer.context["form"].errors
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_what_cannot_be_done_is_said_in_words(act, staff):
    subscription = SubscriptionFactory()
    before = everything()
    for answer in (
        staff.get(path(subscription, act), follow=True),
        staff.post(path(subscription, act), REASON, follow=True),
    ):
        [message] = told(answer)
        assert message.endswith(".")
    assert everything() == before


@pytest.mark.parametrize("act", ACTS)
def test_each_act_needs_its_own_permission(act, failing, held):
    subscription = held if act == "release" else failing
    others = [codename for name, codename in ACTS.items() if name != act]
    client = let("view_subscription", "change_subscription", *others)
    before = everything()
    assert act not in buttons(client, subscription)
    assert client.get(path(subscription, act)).status_code == 403
    assert client.post(path(subscription, act), REASON).status_code == 403
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_with_its_permission_an_act_is_offered_and_done(act, failing, held):
    subscription = held if act == "release" else failing
    client = let("view_subscription", ACTS[act])
    assert buttons(client, subscription) == {act}
    form = REASON | {"payment_option": subscription.payment_option_id}
    assert client.post(path(subscription, act), form).status_code == 302
    assert subscription.history.last().actor == "staff:person"


def test_who_may_not_look_may_not_act(failing):
    client = let(*ACTS.values())
    assert client.get(path(failing, "cancel")).status_code == 403
    assert client.post(path(failing, "cancel"), REASON).status_code == 403
    assert fetch(failing).status == "processed"


def test_a_form_of_another_site_does_nothing(failing):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(username="root", superuser=True))
    assert client.post(path(failing, "cancel"), REASON).status_code == 403
    assert fetch(failing).status == "processed"


def test_doing_it_twice_does_it_once(staff, failing):
    before = captures()
    for _ in range(2):
        staff.post(path(failing, "cancel"), REASON)
    assert failing.history.filter(actor="staff:root").count() == 1
    assert list_acts().count() == 1
    at(days=1)
    assert captures() == before


def test_an_unknown_subscription_is_not_found(staff):
    assert staff.get("/admin/subscriptions/subscription/999999/cancel/").status_code == 404
    assert staff.get("/admin/subscriptions/subscription/x/cancel/").status_code == 404


def test_subscriptions_are_otherwise_only_to_be_looked_at(staff, failing):
    before = everything()
    for page in ("add", f"{failing.pk}/delete"):
        assert staff.get(f"/admin/subscriptions/subscription/{page}/").status_code == 403
    form = {"name": "Changed", "price_minor": 1, "status": "active", "_save": "Save"}
    assert staff.post(path(failing), form).status_code == 403
    assert everything() == before
    names = {pattern.name for pattern in admin.site._registry[Subscription].get_urls() if pattern.name}
    acts = {act.replace("-", "_") for act in ACTS}
    assert {name.removeprefix("subscriptions_subscription_") for name in names} == {
        *("add", "change", "delete", "changelist", "history", "timeline", "report"),
        *("hold", "extend_trial", "cancel_later", "keep"),  # Tried in test_more_acts.py.
        *acts,
    }


def test_cards_that_read_alike_are_told_apart_by_when_they_were_added(staff, failing):
    mine = failing.payment_option
    PaymentOptionFactory(organization=failing.buyer, gateway_token="tok_test_late", last4="1111")
    page = staff.get(path(failing, "change-card")).content.decode()
    assert ", added " not in page
    with clock.travel_to(START + timedelta(days=3)):
        PaymentOptionFactory(organization=failing.buyer, gateway_token="tok_test_insufficient")
    page = staff.get(path(failing, "change-card")).content.decode()
    label = "visa ending in 4242, valid through 12/2035, added "
    when = START + timedelta(days=3)
    assert f"{label}{when.day} {when:%b %Y, %H:%M}" in page
    assert f"{label}{mine.created_at.day} {mine.created_at:%b %Y, %H:%M}" in page
    assert page.count(", added ") == 2
