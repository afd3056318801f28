"""Tax invoices over HTTP: the seller's application sees what it sold, a buyer its own, others nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operations.factories import AccountFactory
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import UNKNOWN_ID, World, call, mask
from tests.invoicing.papers import issue_for

pytestmark = pytest.mark.django_db

ROLELESS = {"has_billing_role": False}


def without_role(world, organization):
    return world.token(AccountFactory(organization=organization, **ROLELESS))


# Kind of token -> how to get one, what the list and what one paper and its files answer.
PRINCIPALS = {
    "no token": (lambda w: None, 401, 401),
    "the buyer through the app": (lambda w: w.token(), 1, 200),
    "a colleague": (lambda w: w.token(AccountFactory(organization=w.buyer)), 1, 200),
    "a colleague without the role": (
        lambda w: without_role(w, w.buyer),
        403,
        403,
    ),
    "the buyer with the ledger's scope": (lambda w: w.token(scopes="ledger_read"), 1, 200),
    "the buyer without a scope": (lambda w: w.token(scopes="introspection"), 403, 403),
    "the buyer through another app": (lambda w: w.token(app=w.other_app), 0, 404),
    "the buyer through the marketplace's app": (lambda w: w.token(app=w.marketplace), 1, 200),
    "another buyer": (lambda w: w.token(w.other_account), 0, 404),
    "another buyer through the marketplace's app": (
        lambda w: w.token(w.other_account, w.marketplace),
        0,
        404,
    ),
    "the owner of the app": (owner_token, 1, 200),
    "the owner through another app of theirs": (lambda w: owner_token(w, app=w.other_app), 0, 404),
    "the owner without the role": (
        lambda w: without_role(w, w.seller),
        403,
        403,
    ),
    "the operator's admin": (lambda w: w.operator_token(), 1, 200),
    "the operator's admin without the role": (lambda w: w.operator_token(**ROLELESS), 403, 403),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", PRINCIPALS)
def test_who_sees_a_paper(world: World, kind):
    get_token, listed, shown = PRINCIPALS[kind]
    paper = issue_for(world.charge("success"))
    token = get_token(world)
    answer = call("GET", "/v3/invoices", token)
    assert (len(answer.json()["result"]) if answer.status_code == 200 else answer.status_code) == listed
    for end in ("", "/", ".pdf", ".xml"):
        one = call("GET", f"/v3/invoices/{paper.public_id}{end}", token)
        assert one.status_code == shown, end
        if shown == 404:
            unknown = call("GET", f"/v3/invoices/{UNKNOWN_ID}{end}", token)
            assert mask(one.content.decode()) == mask(unknown.content.decode())


def test_a_file_has_the_name_of_its_number(world):
    paper = issue_for(world.charge("success"))
    pdf = call("GET", f"/v3/invoices/{paper.public_id}.pdf", world.token())
    xml = call("GET", f"/v3/invoices/{paper.public_id}.xml", world.token())
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{paper.name}.pdf"'
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert (xml.headers["Content-Type"], xml.content[:5]) == ("application/xml", b"<?xml")
    assert pdf.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_a_long_list_has_pages(world):
    for _ in range(22):
        issue_for(world.charge("success"))
    first = call("GET", "/v3/invoices", world.token())
    assert len(first.json()["result"]) == 20
    link = first.headers["Link"].partition(">")[0].removeprefix("<http://testserver")
    second = call("GET", link, world.token())
    assert len(second.json()["result"]) == 2
    assert "Link" not in second.headers
    assert {row["id"] for row in first.json()["result"]}.isdisjoint(
        row["id"] for row in second.json()["result"]
    )


def test_a_page_costs_the_same_however_much_is_on_it(world):
    counts = []
    token = world.token()
    for _ in range(2):
        issue_for(world.charge("success"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            call("GET", "/v3/invoices", token)
        counts.append(len(queries))
    assert counts[0] == counts[1] == 2


@pytest.mark.parametrize("path", ["?page=0", "?before=x", "?page=1&page=2"])
def test_a_bad_page_is_named(world, path):
    assert call("GET", f"/v3/invoices{path}", world.token()).status_code == 400
