"""What a history begins with is the same the second time, row by row, and in the processor's books."""

import pytest
from django.test import override_settings

from simulator.beginnings import VARIANTS, Beginnings
from simulator.database import read_tables
from simulator.overrides import OVERRIDES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_a_beginning_is_put_back_as_it_was(tmp_path):
    books = tmp_path / "books.sqlite3"
    with override_settings(**OVERRIDES):
        beginnings = Beginnings(books)
        made = beginnings.begin(3)
        beginnings.begin(4)
        again = beginnings.begin(3 + VARIANTS)
    assert again == made
    assert read_tables() == made.rows
    assert books.read_bytes() == made.books
    assert made.messages
