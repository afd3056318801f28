"""`python -m realfaults [--quick] [--cycles N] [--broker NAME] [SCENARIO ...]`: faults of real processes."""

import argparse
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import django

from realfaults.brokers import BROKERS, Skipped, choose_broker
from realfaults.machines import isolation

NOT_INHERITED = ("BASE_URL", "HOST", "DATABASE_OWNER_URL", "LIVE_GATEWAY", "REDIS_URL", "LOG_FILE")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run scenarios and print what was wrong and measured; 1 when something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m realfaults", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="which ones; all without a name")
    parser.add_argument("--quick", action="store_true", help="the short selection that .ci/run makes")
    parser.add_argument("--cycles", type=int, help="how often PostgreSQL is killed")
    parser.add_argument("--broker", choices=[*BROKERS], help="Redis where it is installed, else files")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # Which ends what we have started, too.
    if isolation.is_inside():
        return run_in(isolation.enter(), asked)
    folder = Path(tempfile.mkdtemp(prefix="realfaults-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user than root.
    try:
        # RabbitMQ is a server of this machine, which nobody sees from a network of their own.
        if isolation.find_obstacle() or asked.broker == "rabbitmq":
            return run_in(folder, asked)
        return isolation.run_inside(folder, sys.argv[1:] if arguments is None else arguments)
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)


def run_in(folder: Path, asked: argparse.Namespace) -> int:
    """Run the scenarios that are asked for, with all files in a folder."""
    broker = choose_broker(asked.broker, folder)
    try:
        broker.start()
    except Skipped as exc:
        sys.stdout.write(f"Real faults: skipped, {exc}\n")
        return 0
    try:
        prepare_environment(folder, broker.environment)
        django.setup()
        from realfaults.run import Wish, run

        return run(folder, broker, Wish(asked.scenarios, is_quick=asked.quick, cycles=asked.cycles))
    finally:
        broker.stop()


def prepare_environment(folder: Path, of_broker: dict[str, str]) -> None:
    """Let the environment of whoever starts the tool choose nothing; the programs inherit this one."""
    for name in NOT_INHERITED:
        os.environ.pop(name, None)
    os.environ |= of_broker | {
        "DJANGO_SETTINGS_MODULE": "realfaults.settings",
        "REAL_FAULTS_FOLDER": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": "postgres://billing:none@127.0.0.1:9/none",  # The server's is known later.
        "SANDBOX_BOOKS": str(folder / "books.sqlite3"),
        "LOG_LEVEL": "WARNING",
        "DEFAULT_CURRENCY": "USD",
        "REFUND_APPROVAL_LIMIT": "USD:100000",
    }


if __name__ == "__main__":
    sys.exit(main())
