"""Who may do what to whose charge: every route of the URLconf, every kind of token.

A foreign charge must answer exactly like one that does not exist.
"""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from access.oauth.scopes import PRODUCT_SCOPES
from customers.models import Product
from dialects.text.urls import urlpatterns
from operations.factories import AccountFactory, ApplicationFactory
from tests.dialects.text.world import (
    UNKNOWN_ID,
    World,
    call,
    expired_token,
    garbage_token,
    mask,
    revoked_token,
)
from tests.module_rows import rows_of_module

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OBJECT_ACTIONS = ("retrieve", "activate", "accept", "decline", "cancel")
BODY = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}


def refused(status):
    return dict.fromkeys((*OBJECT_ACTIONS, "list", "create", "ledger", "balance"), status)


def sees(**answers):
    """The charge is there, and in the list; a pending one can be neither activated nor cancelled."""
    shown = {"list": "shown", "retrieve": 200, "activate": 422, "cancel": 422, "create": 201}
    return refused(403) | shown | answers


def sees_not(**answers):
    return refused(403) | dict.fromkeys(OBJECT_ACTIONS, 404) | {"list": "empty", "create": 201} | answers


def as_other_product(world, product):
    scope = next(scope for name, scope in PRODUCT_SCOPES.items() if name != product)
    return world.token(scopes=scope)


def as_unsold_app(world, product):
    return world.token(
        app=ApplicationFactory(
            organization=world.seller, products=[name for name in Product.values if name != product]
        )
    )


def as_disabled_app(world, product):
    return world.token(app=ApplicationFactory(organization=world.seller, is_active=False))


def as_disabled_person(world, product):
    account = AccountFactory(organization=world.buyer)
    account.user.is_active = False
    account.user.save()
    return world.token(account)


def as_clerk(world, product):
    return world.token(
        AccountFactory(organization=world.seller, has_billing_role=False), scopes="ledger_read"
    )


# Kind of token -> how to get one, what each action answers.
PRINCIPALS = {
    "no token": (lambda w, p: None, refused(401)),
    "garbage": (lambda w, p: garbage_token(), refused(401)),
    "expired": (lambda w, p: expired_token(w.account, w.app), refused(401)),
    "revoked": (lambda w, p: revoked_token(w.account, w.app), refused(401)),
    "disabled app": (as_disabled_app, refused(401)),
    "disabled person": (as_disabled_person, refused(401)),
    "scope of the other product": (as_other_product, refused(403)),
    "app not sold for the product": (as_unsold_app, refused(403)),
    "the app itself": (lambda w, p: w.token(), sees(accept=403, decline=403)),
    "colleague through the app": (
        lambda w, p: w.token(AccountFactory(organization=w.buyer)),
        sees(accept=403, decline=403),
    ),
    "colleague without the role through the app": (
        lambda w, p: w.token(AccountFactory(organization=w.buyer, has_billing_role=False)),
        sees(accept=403, decline=403, cancel=403),
    ),
    "other app, same buyer": (lambda w, p: w.token(app=w.other_app), sees_not()),
    "same app, other buyer": (lambda w, p: w.token(w.other_account), sees_not()),
    "the seller as a buyer": (lambda w, p: w.token(AccountFactory(organization=w.seller)), sees_not()),
    "first party": (lambda w, p: w.token(app=w.marketplace), sees(accept=200, decline=200, create=403)),
    "first party without the role": (
        lambda w, p: w.token(AccountFactory(organization=w.buyer, has_billing_role=False), w.marketplace),
        refused(403),
    ),
    "first party, other buyer": (lambda w, p: w.token(w.other_account, w.marketplace), sees_not(create=403)),
    "operator's admin": (lambda w, p: w.operator_token(), sees(accept=404, decline=404, create=403)),
    "operator's admin without the role": (
        lambda w, p: w.operator_token(has_billing_role=False),
        refused(403),
    ),
    "buyer's admin": (lambda w, p: w.token(app=w.other_app, scopes="billing_admin"), refused(403)),
    "buyer's admin through the marketplace's app": (
        lambda w, p: w.token(app=w.marketplace, scopes="billing_admin"),
        refused(403),
    ),
    "operator's admin through a seller's app": (
        lambda w, p: w.token(
            AccountFactory(organization=w.marketplace.organization), w.other_app, "billing_admin"
        ),
        refused(403),
    ),
    "the seller's earner": (
        lambda w, p: w.earner_token(),
        refused(403) | {"ledger": "shown", "balance": {"balance": 160}},
    ),
    "the seller's clerk": (as_clerk, refused(403)),
    "buyer with ledger_read": (
        lambda w, p: w.token(scopes="ledger_read"),
        refused(403) | {"ledger": "empty", "balance": {"balance": 0}},
    ),
}

# They have their rows in test_cards.py, test_webhook_endpoints.py, test_event_feed.py, test_statements.py,
# test_payouts.py, test_refunds.py, test_invoices.py and test_test_buyers.py.
OF_OTHER_PRINCIPALS = (
    *("v3/card", "v3/webhook", "v3/events", "v3/statements"),
    *("v3/payouts", "v3/balance", "v3/invoices", "v3/test/buyers"),
    *("v3/day_roots", "v3/signing_keys"),
)


def list_routes():
    """Every (method, path, action, product) that the dialect answers."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        actions = getattr(pattern.callback, "actions", None)
        if actions is None:
            assert pattern.pattern._route.startswith("docs/"), f"no row for {pattern}"
            continue
        if pattern.pattern._route.startswith(OF_OTHER_PRINCIPALS) or "/refund" in pattern.pattern._route:
            continue
        for method in set(actions) - {"head"}:
            path = "/" + pattern.pattern._route
            action = (
                actions[method]
                if "ledger" not in path
                else {"list": "ledger"}.get(actions[method], "balance")
            )
            for product in Product.values if "<str:product>" in path else ["livechat"]:
                place = path.replace("<str:product>", product).replace("<str:charge_id>", "{id}")
                yield method.upper(), place, action, product


ROUTES = list(list_routes())


def share_routes(turn: int, every: int) -> list[tuple[str, str, str, str]]:
    """Return all routes, or by turns one of two products, and one of two spellings."""
    shared = []
    for method, place, action, product in ROUTES:
        number, version = list(Product.values).index(product), int(place[len("/v")])
        has_two = f"/{product}" in place and version != 1
        is_spelt_so = place.endswith("/") == (version + turn // every) % every
        if every == 1 or (is_spelt_so and (not has_two or (number + turn) % every == 0)):
            shared.append((method, place, action, product))
    return shared


def test_every_route_has_a_row_and_every_row_a_route():
    actions = {action for _, _, action, _ in ROUTES}
    for kind, (_, answers) in PRINCIPALS.items():
        assert set(answers) == actions, kind


@pytest.fixture(scope="module")
def furnished(request, _world_of_module):
    """In the world of this module a sale, and a pending charge of each kind and product."""
    with rows_of_module(request, partial(furnish, _world_of_module)) as made:
        yield made


def furnish(world: World):
    world.charge("success", product="helpdesk", name="Sold before")
    makers = {"direct": world.charge, "recurrent": world.subscription}
    return {(kind, product): makers[kind](product=product) for kind in makers for product in Product.values}


@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("kind", PRINCIPALS)
def test_each_token_reaches_what_it_may_and_nothing_else(world, furnished, kind, every):
    """By default a token asks for one of two products in one of two spellings, the next one for the other."""
    charges = dict(furnished)
    get_token, answers = PRINCIPALS[kind]
    tokens = {product: get_token(world, product) for product in Product.values}
    for method, place, action, product in share_routes([*PRINCIPALS].index(kind), every):
        of, make = ("recurrent", world.subscription) if "recurrent" in place else ("direct", world.charge)
        if (of, product) not in charges:
            charges[of, product] = make(product=product)
        charge = charges[of, product]
        path = place.format(id=charge.public_id)
        response = call(method, path, tokens[product], body=BODY if action == "create" else b"")
        judge(f"{method} {path} as {kind}", response, answers[action], charge)
        if action in ("accept", "decline") and response.status_code == 200:
            del charges[of, product]
        if response.status_code == 404 and not place.endswith("/"):
            unknown = call(method, place.format(id=UNKNOWN_ID), tokens[product])
            assert snapshot(response) == snapshot(unknown), path


def judge(what, response, expected, charge):
    if isinstance(expected, int):
        assert response.status_code == expected, what
        return
    assert response.status_code == 200, what
    if isinstance(expected, dict):
        assert response.json() == expected, what
        return
    result = response.json()["result"]
    if "ledger" in what:
        assert [entry["name"] for entry in result] == (["Sold before"] if expected == "shown" else []), what
    else:
        assert (str(charge.public_id) in [item["id"] for item in result]) == (expected == "shown"), what


def snapshot(response):
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, headers, mask(response.content.decode())


def test_a_token_in_the_query_or_the_body_is_not_looked_at(world):
    token = world.token()
    assert call("GET", f"/v1/direct_charge?access_token={token}").status_code == 401
    assert call("POST", "/v1/direct_charge", body=BODY | {"access_token": token}).status_code == 401


def test_only_the_bearer_scheme_is_understood(world):
    token = world.token()
    for header in (f"Basic {token}", token, "Bearer", f"Bearer {token} {token}", f"Bearer, Bearer {token}"):
        response = call("GET", "/v1/direct_charge", Authorization=header)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert call("GET", "/v1/direct_charge", Authorization=f"bearer {token}").status_code == 200


@pytest.mark.parametrize(
    "kind", ["other app, same buyer", "same app, other buyer", "first party, other buyer"]
)
def test_the_payments_of_a_foreign_recurrent_charge_are_not_listed(world, kind):
    subscription = world.subscription("active")
    token = PRINCIPALS[kind][0](world, "livechat")
    path = f"/v2/direct_charge/livechat?recurrent_charge_id={subscription.public_id}"
    foreign, unknown = path, path.replace(str(subscription.public_id), UNKNOWN_ID)
    taken = []
    for place in (foreign, unknown):
        with CaptureQueriesContext(connection) as queries:
            assert call("GET", place, token).json() == {"result": []}
        taken.append(len(queries))
    assert taken[0] == taken[1]
    assert len(call("GET", path, world.token()).json()["result"]) == 1


@pytest.mark.parametrize("action", ["", "/activate", "/accept", "/decline"])
def test_a_charge_of_the_other_kind_is_like_an_unknown_one(world, action):
    method = "PUT" if action else "GET"
    for base, other in (("recurrent_charge", world.charge()), ("direct_charge", world.subscription())):
        answers = [
            call(method, f"/v2/{base}/livechat/{public_id}{action}", world.token(app=world.marketplace))
            for public_id in (other.public_id, UNKNOWN_ID)
        ]
        assert snapshot(answers[0]) == snapshot(answers[1])
        assert answers[0].status_code == 404
