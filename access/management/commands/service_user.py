"""Lets a program call the API with a user name and a password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from access.service_users import create_service_user, renew_password
from core.errors import InvalidField
from customers.models import Merchant


class Command(BaseCommand):
    """Make a service user, or give one a new password, and print the password this once."""

    help = "Make a service user of merchant accounts and print its password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the name, and for which merchant accounts or for a new password."""
        parser.add_argument("username", help="api-, then letters, digits, dots, dashes, underscores")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--account", type=int, action="append", help="accountId; may be given again")
        what.add_argument("--new-password", action="store_true", help="replace the password it has")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the password. Raises CommandError."""
        try:
            password = (
                renew_password(username=options["username"])
                if options["new_password"]
                else create_service_user(
                    username=options["username"], merchants=find_merchants(options["account"])
                )[1]
            )
        except InvalidField as error:
            raise CommandError(f"{error.field} {error}") from error
        self.stdout.write(password)


def find_merchants(account_numbers: list[int]) -> list[Merchant]:
    """Return the merchant accounts. Raises CommandError for an unknown one."""
    found = list(Merchant.objects.filter(account_number__in=account_numbers))
    unknown = set(account_numbers) - {merchant.account_number for merchant in found}
    if unknown:
        raise CommandError(f"There is no merchant account {', '.join(map(str, sorted(unknown)))}.")
    return found
