"""Makes or mends the roles of PostgreSQL of the tables' owner and of the server."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.database_role import Login, connect, has_tables, set_up_roles

NO_SETTINGS = "Some settings of the role need a superuser: see docs/operations.md."


class Command(BaseCommand):
    """Set up the roles that DATABASE_OWNER_URL and DATABASE_URL name."""

    help = "Make or mend two roles of PostgreSQL: the owner of the tables, and the server's with few rights."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a restore ask that nothing is changed where tables are."""
        parser.add_argument("--if-empty", action="store_true", help="Refuse where the database has tables.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set them up. Raises CommandError when that is not possible."""
        database = settings.DATABASES["default"]
        owner = settings.DATABASE_OWNER or database
        admin = settings.DATABASE_ADMIN or owner
        server = Login(settings.DATABASE_SERVER_ROLE, database["PASSWORD"])
        if owner["USER"] == server.name:
            raise CommandError("Set DATABASE_OWNER_URL to another user than DATABASE_URL.")
        session = settings.DATABASE_SESSION if settings.DATABASE_POOLER == "transaction" else {}
        try:
            with connect(admin | {"NAME": database["NAME"]}) as connection:
                if options["if_empty"] and has_tables(connection):
                    raise CommandError("The database has tables already; nothing was changed.")
                owner_login = Login(owner["USER"], owner["PASSWORD"])
                is_whole = set_up_roles(connection, owner=owner_login, server=server, session=session)
        except psycopg.Error as error:
            raise CommandError(f"PostgreSQL refuses: {error}") from error
        self.stdout.write(f"{owner['USER']} owns the tables, {server.name} reads and writes rows.")
        if not is_whole:
            self.stdout.write(NO_SETTINGS)
