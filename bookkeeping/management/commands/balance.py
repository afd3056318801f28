"""Writes the balances of ledger accounts as of any instant."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookkeeping.exports.balances import write_csv, write_json, write_table
from core import clock
from core.currencies import EXPONENTS
from core.errors import BillingError
from core.instants import EXAMPLE, read_past_instant
from customers.models import Organization
from ledger.as_of import list_accounts_as_of
from ledger.models import LedgerAccount


class Command(BaseCommand):
    """A table for people; with --csv or --json the same for programs."""

    help = (
        "Write the balances of ledger accounts as of an instant; what counts at the very instant is not in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the instant, which accounts, and the form."""
        parser.add_argument(
            "--as-of", metavar="T", help=f"such as {EXAMPLE} (ISO 8601 with zone); now without"
        )
        parser.add_argument(
            "--seller", metavar="ID", help="the accounts of one organisation: its id or licence"
        )
        parser.add_argument(
            "--account", type=int, metavar="N", help="one account, by its number in the table"
        )
        parser.add_argument("--currency", metavar="CODE", help="such as EUR")
        parser.add_argument("--test", action="store_true", help="test money instead of live money")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--csv", dest="write", action="store_const", const=write_csv, default=write_table)
        form.add_argument("--json", dest="write", action="store_const", const=write_json)

    def handle(self, *args: Any, as_of: str | None, write: Any, **options: Any) -> None:
        """Write it. Raises CommandError."""
        try:
            at = clock.now() if as_of is None else read_past_instant(as_of, name="--as-of")
        except BillingError as exc:
            raise CommandError(f"{as_of!r}: --as-of {exc}.") from exc
        found = list_accounts_as_of(
            at=at,
            livemode=not options["test"],
            account_id=find_account(options["account"]),
            organization_id=find_seller(options["seller"]),
            currency=find_currency(options["currency"]),
        )
        for line in write(found, at=at):
            self.stdout.write(line, ending="")


def find_seller(said: str | None) -> int | None:
    """Return the key of the organisation with this id or licence. Raises CommandError."""
    if said is None:
        return None
    try:
        named = {"license_id": int(said)} if said.isdigit() and len(said) < 10 else {"public_id": UUID(said)}
    except ValueError:
        raise CommandError(f"--seller {said!r} is neither an id (a UUID) nor a licence (a number).") from None
    found = Organization.objects.filter(**named).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError(f"--seller {said!r}: there is no such organisation.")
    return found


def find_account(said: int | None) -> int | None:
    """Return the number of an account that there is. Raises CommandError."""
    if said is not None and not (0 < said < 2**63 and LedgerAccount.objects.filter(pk=said).exists()):
        raise CommandError(f"--account {said}: there is no such account.")
    return said


def find_currency(said: str | None) -> str | None:
    """Return the code of a currency. Raises CommandError."""
    if said is not None and said.upper() not in EXPONENTS:
        raise CommandError(f"--currency {said!r} is not the ISO 4217 code of a currency.")
    return said and said.upper()
