"""A file of a paper is made once, kept with its fingerprint, and never becomes another one."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from invoicing.files.store import get_file
from invoicing.models import FileFormat, PaperFile
from operations.factories import ChargeFactory
from tests.invoicing.papers import issue_for
from tests.money import run_at_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", FileFormat)
def test_it_is_handed_out_byte_for_byte_however_files_are_made_later(form, monkeypatch):
    paper = issue_for(ChargeFactory(collected=True))
    first = get_file(paper, form)
    for maker in ("pdf.write_pdf", "xml.write_xml"):
        monkeypatch.setattr(f"invoicing.files.{maker}", lambda *args, **options: b"another version")
    assert get_file(paper, form) == first
    kept = PaperFile.objects.get(paper=paper, format=form)
    assert kept.sha256 == hashlib.sha256(first).hexdigest()


def test_nothing_is_made_before_it_is_asked_for():
    issue_for(ChargeFactory(collected=True))
    assert not PaperFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_those_who_ask_at_once_get_the_same():
    paper = issue_for(ChargeFactory(collected=True))
    files = run_at_once(*[lambda: get_file(paper, FileFormat.PDF)] * 4)
    assert len({*files}) == 1
    assert PaperFile.objects.count() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoicing_paperfile SET content = 'x'",
        "DELETE FROM invoicing_paperfile",
        "INSERT INTO invoicing_paperfile (paper_id, format, sha256, content, created_at)"
        " SELECT paper_id, 'pdf', sha256, 'x', now() FROM invoicing_paperfile",
    ],
)
def test_the_database_keeps_it_as_it_is(sql):
    get_file(issue_for(ChargeFactory(collected=True)), FileFormat.XML)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
