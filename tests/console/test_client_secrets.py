"""Client secrets: shown once, replaced with an overlap; the token endpoint knows which ones work."""

import base64
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from access.client_secrets import name_secret, rotate_client_secret
from core import clock
from customers.errors import SecretRotatedMeanwhile
from customers.models import Application, ApplicationChange
from operations.factories import AccountFactory
from tests.access.oauth import flow
from tests.desk import log_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def developer():
    return AccountFactory(developer=True)


@pytest.fixture
def app(developer):
    return flow.ClientFactory(organization=developer.organization)


@pytest.fixture
def browser(developer):
    return log_in(developer)


def page_of(app) -> str:
    return f"/console/applications/{app.client_id}/credentials/"


def rotate(browser, app, overlap: str, **changes):
    app.refresh_from_db()
    return browser.post(page_of(app), {"overlap": overlap, "replaces": name_secret(app)} | changes)


def works(app, secret: str, *, as_basic: bool = False, later: timedelta = timedelta()) -> bool:
    """Whether the token endpoint takes the secret, in the body or as Basic credentials."""
    with clock.travel_to(clock.now() + later):
        code = flow.get_code(app, AccountFactory())
        if not as_basic:
            return flow.exchange(app, code, client_secret=secret).status_code == 200
        credentials = base64.b64encode(f"{app.client_id}:{secret}".encode()).decode()
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": flow.REDIRECT,
            "code_verifier": flow.VERIFIER,
        }
        headers = {"Authorization": f"Basic {credentials}"}
        return Client().post("/oauth/token/", said, headers=headers).status_code == 200


def test_both_secrets_work_for_the_chosen_time_and_then_the_new_one_alone(app, browser):
    assert rotate(browser, app, "hour").status_code == 303
    shown = browser.get(page_of(app))
    secret = shown.context["secret"]
    assert len(secret) > 40
    assert secret in shown.content.decode()
    assert secret not in browser.get(page_of(app)).content.decode(), "shown once"
    assert "still works until" in text_of(browser.get(page_of(app)))
    for as_basic in (False, True):
        assert works(app, secret, as_basic=as_basic)
        assert works(app, flow.SECRET, as_basic=as_basic)
        assert not works(app, "another", as_basic=as_basic)
        assert not works(app, "", as_basic=as_basic)
    assert works(app, secret, later=timedelta(minutes=61))
    assert not works(app, flow.SECRET, later=timedelta(minutes=61))
    app.refresh_from_db()
    assert {secret, flow.SECRET}.isdisjoint({app.client_secret, app.former_client_secret})
    assert [each.reason for each in ApplicationChange.objects.all()] == ["overlap: hour"]


def test_a_secret_is_ended_at_once_by_choice_or_by_the_one_after_the_next(app, browser):
    rotate(browser, app, "none")
    assert not works(app, flow.SECRET)
    second = browser.get(page_of(app)).context["secret"]
    rotate(browser, app, "month")
    third = browser.get(page_of(app)).context["secret"]
    assert works(app, second)
    rotate(browser, app, "month")
    assert works(app, third)
    assert not works(app, second), "two work at most"
    assert browser.post(f"{page_of(app)}end/").status_code == 303
    assert not works(app, third)


def test_a_page_of_before_replaces_nothing(app, browser):
    seen = name_secret(Application.objects.get(pk=app.pk))
    rotate(browser, app, "day")
    again = rotate(browser, app, "day", replaces=seen)
    assert (again.status_code, "replaced by somebody else" in text_of(again)) == (409, True)
    assert rotate(browser, app, "century").status_code == 400
    assert rotate(browser, app, "day", replaces="").status_code == 400
    assert ApplicationChange.objects.count() == 1
    stranger = log_in(AccountFactory(developer=True))
    assert rotate(stranger, app, "none").status_code == 404
    assert stranger.post(f"{page_of(app)}end/").status_code == 404


def test_a_former_secret_has_an_end(app):
    with pytest.raises(IntegrityError, match="has_an_end"), transaction.atomic():
        Application.objects.filter(pk=app.pk).update(former_client_secret="pbkdf2$1$a$b")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_it_at_once_one_is_told():
    app = flow.ClientFactory()
    seen, barrier, made, refused = name_secret(app), Barrier(2), [], []

    def replace():
        try:
            barrier.wait()
            made.append(rotate_client_secret(app.pk, replaces=seen, overlap="day", actor="test"))
        except SecretRotatedMeanwhile as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=replace) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 1)
    assert works(app, made[0])
    assert works(app, flow.SECRET)
