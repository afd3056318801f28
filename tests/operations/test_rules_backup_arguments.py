"""The password of the database is no argument of a program, which everybody on the machine sees."""

import os
import subprocess

import pytest

from tests.docs.pages import ROOT

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("url", "arguments", "password"),
    [
        ("postgres://u:p%40a%2Fs%25s@db.example/b", "postgres://u@db.example/b", "p@a/s%s"),
        (
            "postgres://u:back\\nslash@db/b?sslmode=require",
            "postgres://u@db/b?sslmode=require",
            "back\\nslash",
        ),
        ("postgres://u@%2Ftmp%2Fx:5432/b", "postgres://u@%2Ftmp%2Fx:5432/b", "of the caller"),
    ],
)
def test_the_password_of_the_address_is_no_argument(tmp_path, url, arguments, password):
    (tmp_path / "restic").write_text("#!/bin/sh\n")
    (tmp_path / "pg_dump").write_text(
        f'#!/bin/sh\nprintf "%s " "$@" "$PGPASSWORD" >{tmp_path}/seen\nexit 1\n'
    )
    for program in ("restic", "pg_dump"):
        (tmp_path / program).chmod(0o755)
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DATABASE_URL": url, "PGPASSWORD": "of the caller"}
    of_restic = {"RESTIC_REPOSITORY": "/nowhere", "RESTIC_PASSWORD_FILE": "/nowhere"}
    assert subprocess.run([ROOT / "scripts/backup"], env=told | of_restic, check=False).returncode == 1
    seen = (tmp_path / "seen").read_text()
    assert f"--dbname={arguments} " in seen
    assert seen.endswith(f" {password} ")
