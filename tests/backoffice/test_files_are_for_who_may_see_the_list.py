"""A file of a list is sent to those alone who may see the list."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from operations.factories import UserFactory
from tests.backoffice.second_factors import browse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_needs_the_permission_to_see_its_list(kind):
    browser = browse(UserFactory(staff=True))
    lists = [model for model, page in admin.site._registry.items() if getattr(page, "exported", ())]
    assert len(lists) >= 7
    answers = {model._meta.label: browser.get(address_of(model, kind)).status_code for model in lists}
    assert set(answers.values()) == {403}, answers


def test_who_may_see_a_list_gets_its_file():
    user = UserFactory(staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_charge"))
    [model] = [each for each in admin.site._registry if each._meta.label == "charges.Charge"]
    assert browse(user).get(address_of(model, "csv")).status_code == 200


def address_of(model, kind):
    return f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?export={kind}"
