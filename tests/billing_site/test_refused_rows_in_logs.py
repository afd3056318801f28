"""Values of a row that PostgreSQL refuses are in no log."""

import os

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site import logs
from customers.models import Organization
from tests import database

pytestmark = pytest.mark.django_db
CANARY = "canary-of-a-refused-row"


def refuse_a_row():
    """Insert the same row twice."""
    row = Organization.objects.create(name=CANARY)
    with transaction.atomic():
        Organization.objects.create(pk=row.pk, public_id=row.public_id, name=CANARY)


def refuse_a_check():
    """Insert a row against a constraint, whose details are the whole row."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("CREATE TEMPORARY TABLE refusing (name text CHECK (name = ''))")
        cursor.execute("INSERT INTO refusing VALUES (%s)", [CANARY])


def test_the_log_of_the_programs_has_the_error_without_its_values():
    with pytest.raises(IntegrityError, match="already exists") as refusal:
        refuse_a_row()
    line = {"exc_info": (refusal.type, refusal.value, refusal.tb), "event": str(refusal.value)}
    for step in logs.STEPS[-2:]:
        line = step(None, "error", line)
    for logged in (line["exception"], line["event"]):
        assert "duplicate key value violates unique constraint" in logged
        assert "DETAIL: left out" in logged
        assert "already exists" not in logged


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="not the embedded server")
def test_the_log_of_the_embedded_server_has_neither():
    with pytest.raises(IntegrityError, match=CANARY):
        refuse_a_check()
    logged = database.read_log()
    assert "violates check constraint" in logged
    assert CANARY not in logged


def test_a_value_of_several_lines_is_left_out_and_what_follows_stays():
    said = f"refused\nDETAIL:  Failing row contains (1, {CANARY}\n{CANARY}).\nCONTEXT:  a trigger"
    chained = f"refused\nDETAIL:  Key (name)=({CANARY}\n{CANARY})\n\nThe above exception was the cause"
    for text, kept in ((said, "\nCONTEXT:  a trigger"), (chained, "\n\nThe above exception was the cause")):
        assert (
            logs.drop_details(None, "error", {"event": text})["event"] == f"refused\nDETAIL: left out{kept}"
        )
