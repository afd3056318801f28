"""Many rows in one statement arrive as they were meant."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.bulk import insert_rows, update_rows, without_waiting, write_array
from customers.models import Organization
from operations.factories import OrganizationFactory


class Renamed(NamedTuple):
    id: int
    name: str


ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "customers", "ledger", "charges", "subscriptions", "operations", "dialects", "backoffice")
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.mark.slow
@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.too_slow])  # The first run on a Python lists its characters.
@given(st.lists(TEXTS | st.none(), min_size=1))
def test_texts_survive_the_journey_through_an_array(texts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [write_array(texts)])
        assert cursor.fetchone()[0] == texts


@pytest.mark.django_db
@pytest.mark.parametrize("names", [["One", "Two", 'T"h{r},e\\e'], ["Same", "Same", "Same"], ["Alone"]])
def test_rows_are_updated_each_with_its_own_values_or_all_with_one(names):
    made = [OrganizationFactory() for _ in names]
    update_rows(Organization, [Renamed(row.pk, name) for row, name in zip(made, names, strict=True)])
    assert [Organization.objects.get(pk=row.pk).name for row in made] == names


@pytest.mark.django_db(transaction=True)
def test_a_missing_reference_is_refused_before_the_block_ends():
    with transaction.atomic():
        with pytest.raises(IntegrityError), without_waiting():
            insert_rows(Permission, [{"content_type_id": 0, "codename": "none", "name": "None"}])
        transaction.set_rollback(True)


def test_no_statement_is_compiled_for_costs_that_are_made_up(db):
    with without_waiting(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('jit'), current_setting('enable_seqscan')")
        assert cursor.fetchone() == ("off", "off")


def test_who_switches_plans_off_switches_compiling_off():
    modules = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    switching = [
        text for path in modules if re.search("enable_[a-z]+(join|loop|scan)", text := path.read_text())
    ]
    assert len(switching) == 2
    assert all(re.search(r"\bjit\b", text) for text in switching)
