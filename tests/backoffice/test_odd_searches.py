"""Every list of the admin can be searched for odd but ordinary data."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.odd_data import BY_KIND

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEARCHED = [model for model, options in admin.site._registry.items() if options.search_help_text]


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_search_for_it_is_answered(staff, kind):
    value = max(BY_KIND[kind], key=len)
    for model in SEARCHED:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = staff.get(address, {"q": value})
        assert page.status_code == 200, (model, value)
        assert page.context["cl"].query == value
