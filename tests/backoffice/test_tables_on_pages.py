"""Rows of other tables on a page of the admin are shown there, and added, changed and deleted by nobody."""

import pytest
from django.contrib import admin

from operations.factories import UserFactory

pytestmark = pytest.mark.django_db


def list_tables():
    return [
        pytest.param(page, table, id=f"{model._meta.model_name}-{table.__name__}")
        for model, page in admin.site._registry.items()
        if model._meta.app_label != "oauth2_provider"
        for table in page.inlines
    ]


@pytest.mark.parametrize(("page", "table"), list_tables())
def test_not_even_a_superuser_writes_into_them(page, table, rf):
    request = rf.get("/admin/")
    request.user = UserFactory(superuser=True)
    shown = table(page.model, admin.site)
    assert not shown.has_add_permission(request)
    assert not shown.has_change_permission(request)
    assert not shown.has_delete_permission(request)
