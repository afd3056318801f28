"""Who may create a company, how often, and what a new one may do."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from access.registration import register_merchant
from access.registration_codes import invite_company
from billing_site import merchant_settings
from core import clock
from customers.errors import InvitationRefused
from customers.models import Invitation, Merchant
from tests.dialects.billy.world import call
from tests.money import run_at_once


def register(**parameters):
    return call("POST", "/v1/companies", None, {"processor_key": "made-up"} | parameters)


def test_a_closed_server_creates_no_company(settings, db):
    settings.COMPANY_CREATION = "closed"
    response = register(invitation=invite_company())
    assert response.status_code == 403
    assert "does not let companies register" in response.content.decode()
    assert not Merchant.objects.exists()


def test_an_invitation_lets_one_company_in_once(settings, db):
    settings.COMPANY_CREATION = "invitation"
    code = invite_company(note="Made-up Ltd")
    assert register(invitation=code).status_code == 200
    assert Invitation.objects.get().used_by == Merchant.objects.get()
    assert register(invitation=code).status_code == 403
    assert Merchant.objects.count() == 1


@pytest.mark.parametrize("code", [None, "", "no-such-code"])
def test_without_a_valid_invitation_nobody_gets_in(settings, db, code):
    settings.COMPANY_CREATION = "invitation"
    invite_company()
    response = register(**({} if code is None else {"invitation": code}))
    assert response.status_code == 403
    assert "invitation" in response.content.decode()
    assert not Merchant.objects.exists()


def test_an_invitation_expires(settings, db):
    settings.COMPANY_CREATION = "invitation"
    code = invite_company(days=2)
    with clock.travel_to(clock.now() + timedelta(days=2)):
        assert register(invitation=code).status_code == 403
    assert register(invitation=code).status_code == 200


def test_a_refused_company_does_not_use_an_invitation_up(settings, db):
    settings.COMPANY_CREATION = "invitation"
    code = invite_company()
    assert register(invitation=code, processor_key="").status_code == 400
    assert register(invitation=code).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_use_one_invitation(settings):
    settings.COMPANY_CREATION = "invitation"
    code = invite_company()

    def use():
        return register_merchant(processor_key="made-up", invitation=code)

    results = run_at_once(*[use] * 6)
    assert sum(isinstance(result, InvitationRefused) for result in results) == 5
    assert Merchant.objects.count() == 1


def test_an_invitation_is_looked_at_under_a_lock(settings, db, django_assert_num_queries):
    settings.COMPANY_CREATION = "invitation"
    code = invite_company()
    with django_assert_num_queries(7) as queries:
        register_merchant(processor_key="made-up", invitation=code)
    assert any("customers_invitation" in q["sql"] and "FOR UPDATE" in q["sql"] for q in queries)


def test_the_command_prints_a_code_that_works_and_keeps_only_its_digest(settings, db, capsys):
    settings.COMPANY_CREATION = "invitation"
    call_command("invite_company", note="Made-up Ltd", days=3)
    code = capsys.readouterr().out.strip()
    assert code not in Invitation.objects.get().digest
    assert register(invitation=code).status_code == 200
    with pytest.raises(CommandError, match="--days"):
        call_command("invite_company", days=0)


def test_an_address_that_registers_too_often_is_told_when_to_come_back(settings, db):
    settings.COMPANY_CREATION_RATE = "2/hour"
    answers = [register() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert answers[2].content.decode().startswith("429 Too Many Requests\n\n")
    assert Merchant.objects.count() == 2
    assert call("GET", "/v1/companies").status_code == 200


def test_bad_requests_count_too(settings, db):
    settings.COMPANY_CREATION_RATE = "1/hour"
    assert register(processor_key="").status_code == 400
    assert register().status_code == 429


def test_an_address_cannot_pose_as_another(settings, db):
    settings.COMPANY_CREATION = "open"
    settings.COMPANY_CREATION_RATE = "1/hour"
    answers = [
        call("POST", "/v1/companies", None, {"processor_key": "k"}, **{"X-Forwarded-For": address})
        for address in ("192.0.2.1", "192.0.2.2")
    ]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_behind_a_trusted_proxy_its_word_counts(settings, db):
    settings.COMPANY_CREATION = "open"
    settings.COMPANY_CREATION_RATE = "1/hour"
    settings.TRUSTED_PROXIES = 1
    answers = [
        call("POST", "/v1/companies", None, {"processor_key": "k"}, **{"X-Forwarded-For": addresses})
        for addresses in ("203.0.113.9, 192.0.2.1", "192.0.2.2", "203.0.113.8, 192.0.2.1")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


@pytest.mark.parametrize("granted", [True, False])
def test_what_a_new_company_may_pay_out_is_a_setting(settings, db, granted):
    settings.GRANT_PAYOUTS, settings.DAILY_PAYOUT_LIMIT = granted, 777
    register()
    merchant = Merchant.objects.get()
    assert (merchant.may_pay_out, merchant.daily_payout_limit_minor) == (granted, 777)


def test_only_a_local_server_is_open_by_itself():
    local = ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000")
    assert [merchant_settings.is_local(url, host="127.0.0.1") for url in local] == [True] * 3
    assert not merchant_settings.is_local("https://billing.example", host="127.0.0.1")
    assert not merchant_settings.is_local("https://localhost.billing.example", host="127.0.0.1")
    assert [merchant_settings.is_local(local[0], host=host) for host in ("0.0.0.0", "::", "192.0.2.7")] == [
        False
    ] * 3


@pytest.mark.parametrize(
    ("address", "header", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 403),
        ("192.0.2.7", {"Host": "localhost"}, 403),
    ],
)
def test_a_local_server_registers_programs_on_this_machine_only(settings, db, address, header, status):
    settings.COMPANY_CREATION = "local"
    answer = Client(headers=header).post("/v1/companies", {"processor_key": "k"}, REMOTE_ADDR=address)
    assert (answer.status_code, Merchant.objects.count()) == (status, int(status == 200))
