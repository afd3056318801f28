"""A passkey is its owner's alone; an answer of another page, question, person or copy is refused."""

import pytest
from fido2.utils import websafe_decode

from access.errors import PasskeyRefused
from access.models import Passkey
from access.second_factors.passkeys import MOST_KEYS, add_passkey, ask_for_known, ask_for_new, check_passkey
from operations.factories import UserFactory
from tests.access.authenticator import Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _named_server(settings):
    settings.BASE_URL = "https://billing.example"


@pytest.fixture
def anna():
    return UserFactory(username="anna", email="anna@staff.example")


def give_key(user, device=None, **answered):
    device = device or Authenticator()
    options, state = ask_for_new(user)
    add_passkey(user, name="Phone", state=state, answer=device.make(options, **answered))
    return device


def use_key(user, device, **answered):
    options, state = ask_for_known(user)
    return check_passkey(user, state=state, answer=device.sign(options, **answered))


def test_a_key_that_was_made_here_is_known_again(anna):
    device = give_key(anna)
    key = use_key(anna, device)
    assert (key.user, key.name, key.used_at is None) == (anna, "Phone", False)
    assert bytes(key.credential_id) == device.credential_id


def test_nobody_has_more_than_ten_keys_and_those_of_others_do_not_count(anna):
    for _ in range(MOST_KEYS):
        give_key(anna)
    with pytest.raises(PasskeyRefused):
        give_key(anna)
    assert Passkey.objects.filter(user=anna).count() == MOST_KEYS
    use_key(other := UserFactory(), give_key(other))


def test_a_key_of_one_person_lets_nobody_else_in(anna):
    device, other = give_key(anna), UserFactory()
    give_key(other)
    with pytest.raises(PasskeyRefused):
        use_key(other, device)
    assert Passkey.objects.get(user=anna).used_at is None


def test_one_device_is_a_key_once_for_everybody(anna):
    device = give_key(anna)
    for user in (anna, UserFactory()):
        with pytest.raises(PasskeyRefused):
            give_key(user, device)
    assert Passkey.objects.count() == 1


def test_an_answer_on_another_site_is_refused(anna):
    device = give_key(anna)
    with pytest.raises(PasskeyRefused):
        give_key(anna, origin="https://billing.example.evil.example")
    with pytest.raises(PasskeyRefused):
        use_key(anna, device, origin="https://billing.example.evil.example")


def test_an_answer_to_another_question_is_refused(anna):
    device = give_key(anna)
    earlier, _ = ask_for_known(anna)
    _, state = ask_for_known(anna)
    with pytest.raises(PasskeyRefused):
        check_passkey(anna, state=state, answer=device.sign(earlier))


def test_a_browser_is_told_of_its_own_persons_keys_alone(anna):
    device, other = give_key(anna), UserFactory()
    give_key(other)
    wanted, _ = ask_for_known(anna)
    left_out, _ = ask_for_new(anna)
    assert list_keys(wanted["allowCredentials"]) == [device.credential_id]
    assert list_keys(left_out["excludeCredentials"]) == [device.credential_id]


def list_keys(described):
    return [websafe_decode(key["id"]) for key in described]


@pytest.mark.parametrize("answer", ["", "[]", "{}", "null", '"text"', "17", "[[1, 2]]", "[" * 30_000])
def test_an_answer_that_is_none_is_refused(answer, anna):
    give_key(anna)
    _, state = ask_for_new(anna)
    with pytest.raises(PasskeyRefused):
        add_passkey(anna, name="", state=state, answer=answer)
    _, state = ask_for_known(anna)
    with pytest.raises(PasskeyRefused):
        check_passkey(anna, state=state, answer=answer)


def test_a_copy_of_a_key_shows_by_its_counter(anna):
    device = give_key(anna, Authenticator(counter=5))
    device.counter = 6
    use_key(anna, device)
    with pytest.raises(PasskeyRefused):
        use_key(anna, device)
    device.counter = 7
    assert use_key(anna, device).sign_count == 7
