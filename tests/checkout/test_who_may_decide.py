"""Only a colleague with the billing role may decide; strangers learn nothing."""

import re
import uuid

import pytest
from django.test import Client

from charges.models import StatusChange
from operations.factories import AccountFactory, PaymentOptionFactory, UserFactory
from tests.desk import link, log_in, reload, sign_form, text_of


def blank(response, *own) -> str:
    """A page without what differs from request to request: tokens and the id that was asked for."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    for part in own:
        page = page.replace(str(part), "")
    return page


def decide(browser, charge, account, decision="accept"):
    return browser.post(link(charge), {"decision": decision, "token": sign_form(charge, account)})


def test_a_stranger_is_asked_to_log_in_and_comes_back(desk):
    answer = Client().get(link(desk.charge))
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next=/%3Fid%3D{desk.charge.public_id}"


def test_a_stranger_cannot_decide(desk):
    assert decide(Client(), desk.charge, desk.buyer)["Location"].startswith("/login/")
    assert reload(desk.charge).status == "pending"


def test_another_organisation_cannot_tell_a_charge_from_an_unknown_id(desk):
    other = AccountFactory()
    PaymentOptionFactory(organization=other.organization)
    unknown = uuid.uuid4()
    browser = log_in(other)
    foreign_page, unknown_page = browser.get(link(desk.charge)), browser.get(f"/?id={unknown}")
    assert foreign_page.status_code == unknown_page.status_code == 404
    assert blank(foreign_page, desk.charge.public_id) == blank(unknown_page, unknown)
    assert foreign_page.headers.items() >= {("Cache-Control", "no-store")}
    assert "We cannot find this payment" in text_of(foreign_page)


def test_another_organisation_cannot_decide(desk):
    other = AccountFactory()
    for decision in ("accept", "decline"):
        answer = decide(log_in(other), desk.charge, other, decision)
        assert answer.status_code == 404
    assert reload(desk.charge).status == "pending"


def test_a_member_of_another_organisation_without_role_is_told_nothing_either(desk):
    other = AccountFactory(has_billing_role=False)
    assert log_in(other).get(link(desk.charge)).status_code == 404


def test_the_seller_cannot_decide_for_its_buyer(desk):
    seller = AccountFactory(organization=desk.app.organization)
    assert decide(log_in(seller), desk.charge, seller).status_code == 404
    assert reload(desk.charge).status == "pending"


def test_a_colleague_without_the_billing_role_is_told_what_to_do(desk):
    colleague = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    page = log_in(colleague).get(link(desk.charge))
    assert page.status_code == 403
    text = text_of(page)
    assert "A colleague has to decide" in text
    assert "Harbour Lane Dental" in text
    assert "100 extra reports" not in text
    assert "2.00" not in text


def test_a_colleague_without_the_billing_role_cannot_decide(desk):
    colleague = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    for decision in ("accept", "decline"):
        assert decide(log_in(colleague), desk.charge, colleague, decision).status_code == 403
    assert not StatusChange.objects.exists()


def test_a_colleague_with_the_billing_role_can_decide(desk):
    colleague = AccountFactory(organization=desk.buyer.organization)
    assert decide(log_in(colleague), desk.charge, colleague).status_code == 303
    assert reload(desk.charge).acceptance.account == colleague


def test_staff_without_an_account_see_nothing(desk):
    staff = UserFactory(username="root", superuser=True)
    browser = Client()
    browser.force_login(staff)
    assert browser.get(link(desk.charge)).status_code == 404


def test_a_disabled_person_is_logged_out(desk):
    desk.buyer.user.is_active = False
    desk.buyer.user.save()
    assert desk.browser.get(link(desk.charge)).status_code == 302


@pytest.mark.parametrize(
    "shape",
    [
        "",
        "x",
        "1",
        "{{{id}}}",
        "urn:uuid:{id}",
        "{id} ",
        "{id}\n",
        "{hex}",
        "{id}' OR 1=1 --",
        "../{id}",
        "\u0660" * 36,
        "a" * 20_000,
    ],
)
def test_an_id_that_cannot_be_one_is_unknown(desk, shape):
    value = shape.format(id=desk.charge.public_id, hex=desk.charge.public_id.hex)
    page = desk.browser.get("/", {"id": value})
    assert page.status_code == 404
    assert "We cannot find this payment" in text_of(page)


def test_a_nul_is_refused_at_the_door(desk):
    assert desk.browser.get(f"{link(desk.charge)}%00").status_code == 400


@pytest.mark.parametrize("kind", ["recurrent_charge", "", "DIRECT_CHARGE"])
def test_a_link_of_another_type_is_unknown(desk, kind):
    page = desk.browser.get("/", {"id": str(desk.charge.public_id), "type": kind})
    assert page.status_code == 404


def test_an_id_in_capitals_is_the_same_id(desk):
    assert desk.browser.get(f"/?id={str(desk.charge.public_id).upper()}").status_code == 200
