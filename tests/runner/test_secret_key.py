"""The key of an installation that was given none."""

import stat

import pytest

from tests.runner.checkouts import Checkout

ASK = "from runner import postgres; print(postgres.local_secret_key())"


@pytest.mark.slow
def test_it_is_made_once_even_by_processes_that_start_together(tmp_path):
    checkout = Checkout(tmp_path / "checkout")
    asking = [checkout.ask(ASK) for _ in range(6)]
    keys = {process.communicate(timeout=30)[0] for process in asking}
    assert len(keys) == 1
    assert len(keys.pop().strip()) >= 50
    assert [path.name for path in (checkout.path / ".data").iterdir()] == ["secret-key"]


def test_only_its_owner_can_read_it(tmp_path):
    checkout = Checkout(tmp_path / "checkout")
    checkout.python(ASK)
    assert stat.S_IMODE((checkout.path / ".data/secret-key").stat().st_mode) == 0o600


def test_with_a_database_of_ones_own_it_must_be_given(tmp_path):
    checkout = Checkout(tmp_path / "checkout")
    done = checkout.python(ASK, env={"DATABASE_URL": "postgres://db.example/billing"})
    assert "ImproperlyConfigured: Set SECRET_KEY" in done.stderr
    assert not (checkout.path / ".data").exists()
