"""What a start does not load: commands that list commands load no app, workers no pages."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import ManagementUtility

PROJECT = Path(__file__).resolve().parents[2]
# Each costs a tenth of a second or more, and megabytes in each process.
HEAVY = ("celery", "django.db.models", "django.forms", "psycopg", "rest_framework", "unfold", "structlog")
# What writes files that few requests ask for.
OF_FILES = ("reportlab", "facturx", "pypdf", "lxml", "xlsxwriter", "PIL")
RUN = """
import manage
from contextlib import suppress
from runner import serving
serving.run_server = lambda: print("", serving.settings.PORT)
with suppress(SystemExit):
    manage.main()
"""
COLLECTS = "import gc, manage\nmanage.main()\nprint('', gc.isenabled(), gc.get_freeze_count() > 10_000)"
OF_PAGES = ("backoffice.admin", "billing_site.urls", "console.urls", "reportlab", "facturx", "xlsxwriter")
SET_UP = "import os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'billing_site.settings'\ndjango.setup()"
TELL = "print('\\n'.join(['', 'loaded', *sys.modules]))"


def list_loaded(code: str, *arguments: str) -> tuple[str, set[str]]:
    """Run a piece of Python in a process of its own; return what it printed and which modules it has."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{TELL}", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    printed, _, modules = done.stdout.partition("\nloaded\n")
    return printed, set(modules.split())


@pytest.mark.parametrize("asked", [(), ("help",), ("--help",)])
def test_the_list_of_commands_is_djangos_and_loads_no_app(asked):
    printed, loaded = list_loaded("import manage\nmanage.main()", *asked)
    assert printed.strip() == ManagementUtility(["manage.py"]).main_help_text().strip()
    assert not {*HEAVY} & loaded
    assert len(loaded) < 400


def test_the_version_is_told_without_an_app():
    printed, loaded = list_loaded("import manage\nmanage.main()", "version")
    assert printed.split(".")[0].isdigit()
    assert not {*HEAVY} & loaded


@pytest.mark.slow
def test_a_program_without_pages_loads_none():
    _, loaded = list_loaded(SET_UP)
    assert not [name for name in loaded if name.startswith(OF_PAGES)]
    assert len(loaded) < 1_700


@pytest.mark.slow
def test_a_worker_loads_no_pages_for_its_tasks():
    load = "from billing_site.celery import app\napp.loader.import_default_modules()"
    _, loaded = list_loaded(f"import os\nos.environ['CELERY_SKIP_CHECKS'] = '1'\n{SET_UP}\n{load}")
    assert not [name for name in loaded if name.startswith(OF_PAGES)]


@pytest.mark.slow
def test_the_web_loads_every_page_before_it_forks():
    _, loaded = list_loaded("import billing_site.wsgi")
    assert {"backoffice.admin.ledger", "console.urls", "dialects.text.urls"} <= loaded
    assert not {"faker", "factory", "operations.demo"} & loaded  # Only the demo needs them.
    assert not [name for name in loaded if name.split(".")[0] in OF_FILES]


def test_what_supervises_the_programs_loads_no_app():
    _, loaded = list_loaded(RUN, "run")
    assert not {"celery", "django.db.models", "django.forms", "rest_framework", "unfold"} & loaded
    assert len(loaded) < 600


@pytest.mark.slow
def test_a_command_collects_garbage_once_it_is_loaded():
    printed, _ = list_loaded(COLLECTS, "describe_triggers")
    assert printed.splitlines()[-1] == " True True"
