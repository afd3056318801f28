"""Every list of the admin can be searched for odd but ordinary data."""

import pytest
from django.contrib import admin

from tests.backoffice.test_admin_lists import address
from tests.backoffice.test_admin_lookups import show
from tests.odd_data import BY_KIND

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEARCHED = [model for model, options in admin.site._registry.items() if options.search_help_text]


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_search_for_it_is_answered(staff, admin_user, kind):
    """Each list looks for it; every eleventh is drawn too, for the next kind the next ones."""
    value = max(BY_KIND[kind], key=len)
    place = [*BY_KIND].index(kind)
    for model in SEARCHED:
        assert show(model, admin_user, q=value).query == value
    for model in SEARCHED[place :: len(BY_KIND)]:
        page = staff.get(address(model, q=value))
        assert page.status_code == 200, (model, value)
        assert page.context["cl"].query == value
