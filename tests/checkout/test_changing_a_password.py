"""People change their password while they are logged in."""

import pytest

from operations.factories import AccountFactory
from tests.desk import log_in, text_of

PAGE = "/account/password/"
OLD, NEW = "the-old-password", "another-password"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def person():
    return AccountFactory(user__password=OLD, has_billing_role=False)


def change(browser, old=OLD, new=NEW, again=None):
    return browser.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_this_session_goes_on_and_all_others_end(person):
    here, there = log_in(person), log_in(person)
    answer = change(here)
    assert answer.status_code == 303
    assert "Your password is changed." in text_of(here.get(answer["Location"]))
    assert [browser.get(PAGE).status_code for browser in (here, there)] == [200, 302]
    person.user.refresh_from_db()
    assert person.user.check_password(NEW)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"old": "wrong-password"}, "This is not your password."),
        ({"new": "short"}, "at least 12 characters"),
        ({"again": "something-else-x"}, "match"),
        ({"old": ""}, "required"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_changes_nothing(person, said, words):
    browser = log_in(person)
    page = change(browser, **said)
    assert page.status_code == 400
    assert words in text_of(page)
    person.user.refresh_from_db()
    assert person.user.check_password(OLD)
    assert browser.get(PAGE).status_code == 200


def test_wrong_passwords_are_counted_as_at_a_log_in(person):
    browser = log_in(person)
    statuses = [change(browser, old="wrong-password").status_code for _ in range(4)]
    assert statuses == [400, 400, 400, 429]
    assert change(browser).status_code == 429
