"""It is recorded when a buyer was first shown the page of a purchase; nothing depends on that."""

import pytest
from django.db import OperationalError, connection
from django.template import TemplateDoesNotExist
from django.test import Client

from charges.models import PageShown
from checkout.pages import DecisionPage
from core import clock
from operations.erasure import ERASED_AT, KEPT, erase_person
from operations.factories import AccountFactory, CallerFactory, SubscriptionFactory
from tests.desk import bring_to, link, log_in, press, reload, subscription_at


def shown():
    return list(PageShown.objects.order_by("pk").values_list("object_id", "account__email"))


def test_the_first_time_counts_for_each_person(desk):
    colleague = AccountFactory(
        organization=desk.buyer.organization, email="kim@buyer.example", has_billing_role=True
    )
    began = clock.now()
    for browser in (desk.browser, desk.browser, log_in(colleague)):
        assert browser.get(link(desk.charge)).status_code == 200
    public_id = desk.charge.public_id
    assert shown() == [(public_id, "dana@buyer.example"), (public_id, "kim@buyer.example")]
    assert PageShown.objects.filter(shown_at__gte=began).count() == 2
    assert reload(desk.charge).status == "pending"


def test_the_page_of_a_subscription_counts_as_well(desk):
    subscription = SubscriptionFactory(caller=CallerFactory(account=desk.buyer, application=desk.app))
    desk.browser.get(link(subscription))
    assert shown() == [(subscription.public_id, "dana@buyer.example")]


def test_what_is_decided_is_not_shown_to_be_decided(desk):
    bring_to(desk.charge, "accepted")
    desk.browser.get(link(desk.charge))
    assert shown() == []


def test_what_can_no_longer_be_decided_is_not_shown_to_be_decided(desk):
    old = subscription_at("expired", CallerFactory(account=desk.buyer, application=desk.app))
    assert desk.browser.get(link(old)).context["page"].situation == "expired"
    assert shown() == []


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_what_a_browser_loads_ahead_is_not_shown_yet(desk, headers):
    assert desk.browser.get(link(desk.charge), headers=headers).status_code == 200
    assert shown() == []
    desk.browser.get(link(desk.charge))
    assert len(shown()) == 1


def test_a_page_that_cannot_be_rendered_was_not_shown(desk, monkeypatch):
    monkeypatch.setattr(DecisionPage, "template", "checkout/no_such_page.html")
    with pytest.raises(TemplateDoesNotExist):
        desk.browser.get(link(desk.charge))
    assert shown() == []


def test_nobody_else_leaves_a_trace(desk):
    Client().get(link(desk.charge))
    log_in(AccountFactory(email="other@buyer.example")).get(link(desk.charge))
    desk.browser.head(link(desk.charge))
    assert shown() == []


def test_the_page_works_where_it_cannot_be_looked_up(desk, caplog):
    def fail(execute, sql, *rest):
        if "charges_pageshown" in sql:
            raise OperationalError("canceling statement due to statement timeout")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        assert desk.browser.get(link(desk.charge)).status_code == 200
    assert "it is not recorded that a page was shown" in caplog.text


def test_the_page_works_where_it_cannot_be_recorded(desk, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE charges_pageshown ADD CONSTRAINT nothing CHECK (false)")
    page = desk.browser.get(link(desk.charge))
    assert page.status_code == 200
    assert "it is not recorded that a page was shown" in caplog.text
    assert press(desk.browser, desk.charge, "accept").status_code == 303
    assert reload(desk.charge).status == "accepted"


def test_it_is_kept_when_its_person_is_erased_and_the_page_of_the_erasure_says_so(desk):
    desk.browser.get(link(desk.charge))
    AccountFactory(organization=desk.buyer.organization, is_owner=True, has_billing_role=True)
    erase_person(desk.buyer.pk, actor="x", reason="y")
    assert shown() == [(desk.charge.public_id, f"{desk.buyer.public_id}{ERASED_AT}")]
    assert [sentence for sentence in KEPT if "was first shown to the person" in sentence]
