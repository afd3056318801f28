"""The web server with the database of the tests."""

from urllib.parse import quote

import pytest
from django.db import connection

from tests.web_server import serving


@pytest.fixture(scope="module")
def port(tmp_path_factory, django_db_setup, own_books):
    """Two processes on the database of the tests, with the same sandbox processor."""
    at = connection.settings_dict
    user = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    more = {
        "DATABASE_URL": f"postgres://{user}@/{at['NAME']}",
        "PGHOST": at["HOST"],
        "PGPORT": str(at["PORT"]),
    }
    more |= {"SANDBOX_BOOKS": str(own_books), "REQUEST_LOG_DAYS": "0"}
    more |= dict.fromkeys(("PROCESSOR_CALLS_RATE", "COMPANY_CREATION_RATE"), "100000000/second")
    with serving(tmp_path_factory.mktemp("server"), more) as port:
        yield port
