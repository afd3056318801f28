"""A proof is checked by a short program that knows nothing of this server; a forged one is refused."""

import ast
import json
import runpy
import subprocess
import sys

import pytest
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock
from ledger.models import DayTree, LedgerEntry
from operations.factories import OrganizationFactory
from tests.bookkeeping.months import post_sale
from tests.ledger.day_trees.days import FIRST, ONE_DAY, close_day_of

VERIFIER = settings.BASE_DIR / "examples" / "verify_proof.py"


@pytest.fixture
def proof(transactional_db, tmp_path):
    """The proof of an entry of a day with three sales, and of the two days after it."""
    seller = OrganizationFactory(name="Müller & Söhne")
    with clock.travel_to(FIRST):
        for number in range(3):
            post_sale(seller, f"sale {number}")
    for days in range(3):
        close_day_of(FIRST + days * ONE_DAY)
    entry = LedgerEntry.objects.filter(transaction__reference="sale 2").first()
    file = tmp_path / "proof.json"
    call_command("prove", str(entry.pk), "--output", str(file))
    return file


def check(file, **named):
    last = DayTree.objects.order_by("day").last()
    asked = {"key": last.key.public_key, "root": last.root} | named
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    return subprocess.run(
        [sys.executable, VERIFIER, file, *options], capture_output=True, text=True, check=False
    )


def test_a_proof_holds_and_a_changed_one_does_not(proof):
    done = check(proof)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"amount_minor": -160' in done.stdout
    forged = json.loads(proof.read_text())
    forged["leaf"] = forged["leaf"].replace("-160", "-260")
    proof.write_text(json.dumps(forged))
    assert "NOT PROVED: the leaf is not in the tree of its day" in check(proof).stderr


FORGERIES = (
    (lambda proof: proof.update(entry=0), "does not have the entry"),
    (lambda proof: proof["days"].pop(), "the root of 2026-11-11 is"),
    (lambda proof: proof["days"][2].update(public_key="00" * 32), "key that you did not name"),
    (lambda proof: proof["days"][2].update(root="00" * 32), "another root"),
)
UNSIGNED = (
    lambda proof: proof["days"].pop(1),
    lambda proof: proof["days"][0].update(signature="00" * 64),
    lambda proof: proof["days"][1].update(tree_root="00" * 32),
)


def test_a_forged_proof_is_refused(proof):
    last = DayTree.objects.order_by("day").last()
    check = runpy.run_path(str(VERIFIER))["check"]
    for change, told in FORGERIES:
        change(forged := json.loads(proof.read_text()))
        with pytest.raises(ValueError, match=told):
            check(forged, [last.key.public_key], last.root)
    for change in UNSIGNED:
        change(forged := json.loads(proof.read_text()))
        with pytest.raises(InvalidSignature):
            check(forged, [last.key.public_key], last.root)


def test_another_key_or_root_is_refused(proof):
    assert "key that you did not name" in check(proof, key="ab" * 32).stderr
    assert "the root of 2026-11-12 is" in check(proof, root="ab" * 32).stderr


def test_an_entry_that_was_changed_has_no_proof(proof):
    entry = LedgerEntry.objects.earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica;"
            "UPDATE ledger_ledgerentry SET amount_minor = amount_minor + 1;"
            "SET session_replication_role = origin"
        )
    with pytest.raises(CommandError, match="somebody has changed it"):
        call_command("prove", str(entry.pk))


def test_a_file_that_cannot_be_written_is_named(proof, tmp_path):
    file = tmp_path / "no-such-folder" / "proof.json"
    with pytest.raises(CommandError, match=f"{file} cannot be written: No such file"):
        call_command("prove", str(LedgerEntry.objects.earliest("pk").pk), "--output", str(file))


def test_what_is_in_no_closed_tree_cannot_be_proved(proof):
    with pytest.raises(CommandError, match="no such entry"):
        call_command("prove", "0")
    with clock.travel_to(FIRST + 3 * ONE_DAY):
        post_sale(OrganizationFactory(), "today")
    today = LedgerEntry.objects.latest("pk")
    with pytest.raises(CommandError, match="not closed yet"):
        call_command("prove", str(today.pk))
    with pytest.raises(CommandError, match="not closed yet"):
        call_command("prove", str(LedgerEntry.objects.earliest("pk").pk), "--until", "2026-12-24")


def test_the_verifier_is_short_and_needs_nothing_of_ours():
    text = VERIFIER.read_text()
    assert len(text.splitlines()) < 60
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= {*sys.stdlib_module_names, "cryptography"}
