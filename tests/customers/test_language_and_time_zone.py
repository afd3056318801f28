"""The language and the time zone of an account are names, or blank."""

import pytest
from django.db import IntegrityError

from customers.models import Account
from operations.factories import AccountFactory

pytestmark = pytest.mark.django_db


def test_a_person_has_chosen_neither_at_first():
    account = Account.objects.get(pk=AccountFactory().pk)
    assert (account.language, account.time_zone) == ("", "")


@pytest.mark.parametrize(
    ("language", "zone"), [("de", "Europe/Warsaw"), ("zh-hans", "America/Argentina/Buenos_Aires"), ("ar", "")]
)
def test_names_are_kept(language, zone):
    account = AccountFactory(language=language, time_zone=zone)
    assert Account.objects.filter(pk=account.pk, language=language, time_zone=zone).exists()


@pytest.mark.parametrize(
    "values",
    [{"language": "Deutsch"}, {"language": "de_DE"}, {"time_zone": "Europe/"}, {"time_zone": "../etc/x"}],
)
def test_the_database_refuses_what_is_no_name(values):
    with pytest.raises(IntegrityError, match="account_"):
        Account.objects.filter(pk=AccountFactory().pk).update(**values)
