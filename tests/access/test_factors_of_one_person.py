"""Second factors are of one person: a colleague's are neither counted, nor used, nor taken away."""

import pytest

from access.errors import CodeIsWrong
from access.models import AuthenticatorApp, Passkey, RecoveryCode
from access.second_factors.factors import (
    check_code,
    give_first_codes,
    has_factor,
    list_factors,
    take_factors_away,
)
from access.second_factors.recovery import count_codes, make_codes, use_code
from tests.backoffice.second_factors import add_app, code_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return person("anna")


@pytest.fixture
def ben():
    """A colleague who has everything."""
    ben = person("ben")
    add_app(ben)
    Passkey.objects.create(user=ben, name="ben's", credential_id=b"1", credential=b"x")
    return ben


def test_what_a_colleague_has_is_not_what_one_has(anna, ben):
    make_codes(ben)
    assert list_factors(anna) == (None, [], 0)
    assert not has_factor(anna.pk)
    AuthenticatorApp.objects.all().delete()
    assert (has_factor(anna.pk), has_factor(ben.pk)) == (False, True)


def test_who_has_no_recovery_codes_gets_them_whoever_else_has_some(anna, ben):
    [theirs, *_] = make_codes(ben)
    [mine, *_] = give_first_codes(anna)
    assert give_first_codes(anna) == []
    assert not use_code(anna, theirs)
    assert use_code(anna, mine)
    assert count_codes(ben) == count_codes(anna) + 1


def test_the_code_of_a_colleagues_app_is_wrong(anna, ben):
    AuthenticatorApp.objects.all().delete()
    secret = add_app(ben)
    with pytest.raises(CodeIsWrong):
        check_code(anna, code_of(secret), address="192.0.2.7")
    assert check_code(ben, code_of(secret), address="192.0.2.7")


def test_new_codes_end_those_of_the_same_person_alone(anna, ben):
    codes = make_codes(ben)
    make_codes(anna)
    make_codes(anna)
    assert count_codes(ben) == len(codes)


def test_taking_the_factors_of_one_person_away_leaves_those_of_the_other(anna, ben):
    add_app(anna)
    make_codes(ben)
    take_factors_away(anna.pk)
    assert not has_factor(anna.pk)
    assert {
        model.objects.filter(user=ben).exists() for model in (AuthenticatorApp, Passkey, RecoveryCode)
    } == {True}
