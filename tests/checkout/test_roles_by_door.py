"""Who may do what to a buyer's subscription: the same answer through every door.

The doors are our pages, the seller's app, the marketplace's own app, and the admin.
"""

from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from access.oauth.scopes import PRODUCT_SCOPES
from core import clock
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    PaymentOptionFactory,
    UserFactory,
)
from tests.desk import link, reload, sign_form, subscription_at
from tests.module_rows import rows_of_module
from tests.tokens import issue_test_token

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STAGES = {
    "accept": "pending",
    "decline": "pending",
    "activate": "accepted",
    "cancel": "active",
    "see": "active",
}
DONE = {
    "accept": "accepted",
    "decline": "declined",
    "activate": "processed",
    "cancel": "cancelled",
    "see": "active",
}
OK, LOG_IN, NO_TOKEN, NO_ROLE, UNKNOWN, FORBIDDEN = "done", "log in", 401, "role", 404, 403

# By door and principal, what becomes of see, accept, decline, activate and cancel.
VERBS = ("see", "accept", "decline", "activate", "cancel")
ANSWERS = {
    "page": {
        "decider": (OK, OK, OK, None, OK),
        "colleague with the role": (OK, OK, OK, None, OK),
        "colleague": (NO_ROLE, NO_ROLE, NO_ROLE, None, NO_ROLE),
        "another buyer": (UNKNOWN, UNKNOWN, UNKNOWN, None, UNKNOWN),
        "seller": (UNKNOWN, UNKNOWN, UNKNOWN, None, UNKNOWN),
        "operator": (UNKNOWN, UNKNOWN, UNKNOWN, None, UNKNOWN),
        "staff": (UNKNOWN, UNKNOWN, UNKNOWN, None, UNKNOWN),
        "superuser": (UNKNOWN, UNKNOWN, UNKNOWN, None, UNKNOWN),
        "switched off": (LOG_IN, LOG_IN, LOG_IN, None, LOG_IN),
    },
    "seller's app": {
        "decider": (OK, FORBIDDEN, FORBIDDEN, OK, OK),
        "colleague with the role": (OK, FORBIDDEN, FORBIDDEN, OK, OK),
        "colleague": (OK, FORBIDDEN, FORBIDDEN, OK, NO_ROLE),
        "another buyer": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        "seller": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        "operator": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        "staff": (NO_TOKEN,) * 5,
        "superuser": (NO_TOKEN,) * 5,
        "switched off": (NO_TOKEN,) * 5,
    },
    "marketplace's app": {
        "decider": (OK, OK, OK, OK, OK),
        "colleague with the role": (OK, OK, OK, OK, OK),
        "colleague": (NO_ROLE,) * 5,
        "another buyer": (UNKNOWN,) * 5,
        "seller": (UNKNOWN,) * 5,
        "operator": (UNKNOWN,) * 5,
        "staff": (NO_TOKEN,) * 5,
        "superuser": (NO_TOKEN,) * 5,
        "switched off": (NO_TOKEN,) * 5,
    },
    "billing_admin": {
        "decider": (FORBIDDEN,) * 5,
        "colleague": (NO_ROLE,) * 5,
        "another buyer": (FORBIDDEN,) * 5,
        "seller": (FORBIDDEN,) * 5,
        "operator": (OK, UNKNOWN, UNKNOWN, OK, OK),
        "operator's clerk": (NO_ROLE,) * 5,
        "staff": (NO_TOKEN,) * 5,
        "switched off": (NO_TOKEN,) * 5,
    },
    "admin": {
        "decider": (LOG_IN, None, None, None, LOG_IN),
        "operator": (LOG_IN, None, None, None, LOG_IN),
        "staff": (FORBIDDEN, None, None, None, FORBIDDEN),
        "staff who may look": (OK, None, None, None, FORBIDDEN),
        "staff who may cancel": (OK, None, None, None, OK),
        "superuser": (OK, None, None, None, OK),
    },
}
CASES = [
    (door, who, verb, answer)
    for door, people in ANSWERS.items()
    for who, answers in people.items()
    for verb, answer in zip(VERBS, answers, strict=True)
    if answer is not None
]


class Market:
    """A buyer's subscription to a seller's app, and everybody who could want something of it."""

    def __init__(self, stage):
        self.app, self.marketplace = ApplicationFactory(), ApplicationFactory(marketplace=True)
        self.decider = AccountFactory()
        PaymentOptionFactory(organization=self.decider.organization)
        caller = CallerFactory(account=self.decider, application=self.app)
        since = {"at": clock.now()} if stage == "pending" else {}
        self.subscription = subscription_at(stage, caller, **since)

    def find(self, who):
        """The log-in of a principal."""
        ours, operator = self.decider.organization, self.marketplace.organization
        made = {
            "decider": lambda: self.decider,
            "colleague with the role": lambda: AccountFactory(organization=ours),
            "colleague": lambda: AccountFactory(organization=ours, has_billing_role=False),
            "another buyer": AccountFactory,
            "seller": lambda: AccountFactory(organization=self.app.organization),
            "operator": lambda: AccountFactory(organization=operator),
            "operator's clerk": lambda: AccountFactory(organization=operator, has_billing_role=False),
            "switched off": lambda: AccountFactory(organization=ours, user__is_active=False),
        }
        if who in made:
            return made[who]().user
        user = UserFactory(staff=True, superuser=who == "superuser")
        names = {"staff who may look": ["view_subscription"]}
        names |= {"staff who may cancel": ["view_subscription", "cancel_subscription"]}
        user.user_permissions.set(Permission.objects.filter(codename__in=names.get(who, [])))
        return user


@pytest.fixture(scope="module")
def markets(request):
    """A market with a subscription at each stage."""
    stages = sorted(set(STAGES.values()))
    with rows_of_module(request, lambda: {stage: Market(stage) for stage in stages}) as made:
        yield made


def through_pages(market, user, verb):
    browser, subscription = browse(user), market.subscription
    if verb == "see":
        return browser.get(link(subscription))
    if verb == "cancel":
        return browser.post(f"/account/subscriptions/{subscription.public_id}/cancel/", {"decision": "now"})
    # As if the form had been had from the page, which some are not shown.
    token = sign_form(subscription, getattr(user, "account", market.decider))
    return browser.post(link(subscription), {"decision": verb, "token": token})


def through_admin(market, user, verb):
    page = reverse("admin:subscriptions_subscription_change", args=[market.subscription.pk])
    if verb == "see":
        return browse(user).get(page)
    return browse(user).post(page.replace("/change/", "/cancel/"), {"reason": "Asked for"})


def through_api(app_name, scopes):
    def ask(market, user, verb):
        app = {"seller": market.app, "marketplace": market.marketplace}[app_name]
        token = issue_test_token(SimpleNamespace(user=user), app, scopes)
        path = f"/v2/recurrent_charge/{market.subscription.product}/{market.subscription.public_id}"
        headers = {"Authorization": f"Bearer {token}"}
        if verb == "see":
            return Client().get(path, headers=headers)
        return Client().put(f"{path}/{verb}", headers=headers)

    return ask


CHARGING = " ".join(PRODUCT_SCOPES.values())
DOORS = {
    "page": through_pages,
    "seller's app": through_api("seller", CHARGING),
    "marketplace's app": through_api("marketplace", CHARGING),
    "billing_admin": through_api("marketplace", "billing_admin"),
    "admin": through_admin,
}


def browse(user):
    browser = Client()
    browser.force_login(user)
    return browser


def name_answer(response):
    words = response.content.decode()
    if response.status_code == 403 and ("billing role" in words):
        return NO_ROLE
    if response.status_code == 302 and "/login/" in response["Location"]:
        return LOG_IN
    return OK if response.status_code in (200, 302, 303) else response.status_code


@pytest.mark.parametrize(
    ("door", "who", "verb", "answer"), CASES, ids=lambda value: str(value).replace(" ", "_")
)
def test_each_principal_may_do_the_same_through_every_door(markets, door, who, verb, answer):
    market = deepcopy(markets[STAGES[verb]])
    user = market.find(who)
    response = DOORS[door](market, user, verb)
    assert name_answer(response) == answer, response.content
    status = reload(market.subscription).status
    assert status == (DONE if answer == OK else STAGES)[verb]


def test_every_verb_is_asked_of_every_door_and_principal_that_has_it():
    assert {len(answers) for people in ANSWERS.values() for answers in people.values()} == {len(VERBS)}
    assert DOORS.keys() == ANSWERS.keys()
    assert len(CASES) > 150
