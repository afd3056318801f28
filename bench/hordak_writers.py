"""The peer of `bench.hordak`, run in hordak's environment: make its database, or post with some processes."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction

NAME = "bench_hordak_books"
WARM_UP = 12  # As in bench.settlement_batches, which cannot be read here.
LEGS = {"clearing": ("debit", "1.00"), "seller": ("credit", "0.80"), "revenue": ("credit", "0.20")}


def main(database: dict[str, str], action: str, *words: str) -> None:
    """Write what was done to standard output."""
    settings.configure(
        DATABASES={
            "default": {"ENGINE": "django.db.backends.postgresql"} | database | {"CONN_MAX_AGE": None}
        },
        INSTALLED_APPS=("django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"),
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        CURRENCIES=["USD"],
        DEFAULT_CURRENCY="USD",
        HORDAK_INTERNAL_CURRENCY="USD",
    )
    django.setup()
    if action == "prepare":
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{NAME}"')
    connection.close()
    connections["default"].settings_dict["NAME"] = NAME
    sys.stdout.write(json.dumps(prepare() if action == "prepare" else post(int(words[0]), float(words[1]))))


def prepare() -> dict[str, Any]:
    """Make tables and accounts."""
    call_command("migrate", verbosity=0, interactive=False)
    for number, name in enumerate(LEGS):
        kind = "AS" if name == "clearing" else "LI"
        model("Account").objects.create(name=name, code=str(number), type=kind, currencies=["USD"])
    return {}


def post(writers: int, seconds: float) -> dict[str, Any]:
    """Let so many processes post for a while, and return what that cost."""
    from bench.writers import Crew, add_up

    crew = Crew(seconds)
    crew.add(make_work, count=writers)
    return asdict(add_up([burst for burst, _ in crew.run()]))


def make_work() -> Callable[[], None]:
    """Return what posts one sale of 1.00 as hordak's documentation does."""
    from djmoney.money import Money

    accounts = {account.name: account for account in model("Account").objects.all()}

    def work() -> None:
        with transaction.atomic():
            posted = model("Transaction").objects.create(description="Extension")
            for name, (side, amount) in LEGS.items():
                money = Money(Decimal(amount), "USD")
                model("Leg").objects.create(transaction=posted, account=accounts[name], **{side: money})

    for _ in range(WARM_UP):
        work()
    return work


def model(name: str) -> Any:
    """Return a model of hordak."""
    return apps.get_model("hordak", name)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), *sys.argv[2:])
