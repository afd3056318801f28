"""Many rows in one statement arrive as they were meant."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.bulk import insert_missing_rows, update_rows, write_array
from customers.models import Organization
from tests.factories import make_organization

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.mark.django_db
@given(st.lists(TEXTS | st.none(), min_size=1))
def test_texts_survive_the_journey_through_an_array(texts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [write_array(texts)])
        assert cursor.fetchone()[0] == texts


@pytest.mark.django_db
@pytest.mark.parametrize("names", [["One", "Two", 'T"h{r},e\\e'], ["Same", "Same", "Same"], ["Alone"]])
def test_rows_are_updated_each_with_its_own_values_or_all_with_one(names):
    made = [make_organization() for _ in names]
    update_rows(Organization, ["name"], [(row.pk, name) for row, name in zip(made, names, strict=True)])
    assert [Organization.objects.get(pk=row.pk).name for row in made] == names


@pytest.mark.django_db
def test_a_row_that_is_there_already_can_be_passed_over():
    there = make_organization()
    rows = [(there.pk + n, there.public_id, "Again", False, there.created_at) for n in (1, 2)]
    names = ("id", "public_id", "name", "is_operator", "created_at")
    assert insert_missing_rows(Organization, names, rows) == set()
