"""Each list says what it holds; an empty one says what will appear, or that nothing matches."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from backoffice.list_texts import TEXTS

pytestmark = pytest.mark.django_db
LISTS = {model._meta.label: model for model in admin.site._registry}


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()).replace("&#x27;", "'")


def address(model, **query):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=query)


def test_there_is_a_text_for_each_list_and_no_other():
    assert {*TEXTS} == {*LISTS}


@pytest.mark.slow
@pytest.mark.parametrize("label", LISTS)
def test_a_list_says_what_will_appear(label, staff):
    page = words(staff.get(address(LISTS[label])))
    assert TEXTS[label] in page
    assert "yielded into no results" not in page


def test_a_search_without_a_row_says_that_nothing_matches(staff):
    page = words(staff.get(address(LISTS["charges.Charge"], q="nobody@nowhere.example")))
    assert "Nothing here matches the search and the filters." in page
    assert "Show all" in page
