"""Make the two roles of PostgreSQL of a production: the owner of the tables, and that of the server.

The server's role reads and writes rows. It cannot truncate, switch off triggers, or change a table.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

SERVER_SETTINGS = {
    "statement_timeout": "2min",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "1min",  # Nothing waits for the world inside a transaction.
}
OWNER_SETTINGS = {"lock_timeout": "30s"}
# Values of a refused row stay out of PostgreSQL's log. Only a superuser may say so.
LOG_SETTINGS = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
NOTHING: Mapping[str, str] = {}
PLAIN = sql.SQL("NOCREATEDB NOCREATEROLE NOSUPERUSER NOREPLICATION NOBYPASSRLS")
RELATIONS = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = ANY(%s)"
# A sequence of a column follows its table; it cannot be given away alone.
FREE_SEQUENCES = f"""
{RELATIONS} AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
    AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i'))
"""
ROUTINES = """
SELECT proname, pg_get_function_identity_arguments(oid) FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
"""
GRANTS = """
REVOKE ALL ON SCHEMA public FROM PUBLIC, {server};
GRANT USAGE ON SCHEMA public TO {server};
REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {server};
GRANT CONNECT ON DATABASE {database} TO {server};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {server};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {server};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {server};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {server};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {server};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {server};
"""
KEEP_TRIGGERS = sql.SQL("REVOKE ALL ON PARAMETER session_replication_role FROM PUBLIC, {}")
MIGRATIONS = "SELECT to_regclass('public.django_migrations')"
KEEP_MIGRATIONS = "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {server}"


class Login(NamedTuple):
    """A role of PostgreSQL; an empty password leaves the one that it has."""

    name: str
    password: str = ""


def connect(database: dict[str, Any]) -> psycopg.Connection:
    """Connect to what DATABASES describes. Raises psycopg.OperationalError."""
    return psycopg.connect(
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        dbname=database["NAME"],
        **{name: value for name, value in database.get("OPTIONS", {}).items() if name.startswith("ssl")},
    )


def has_tables(connection: psycopg.Connection) -> bool:
    """Whether the schema public has any table."""
    return connection.execute(RELATIONS, [["r", "p"]]).rowcount > 0


def set_up_roles(
    connection: psycopg.Connection, *, owner: Login, server: Login, session: Mapping[str, str] = NOTHING
) -> bool:
    """Make or mend both roles and give each its rights; say whether the settings of a superuser were set.

    Those are of PostgreSQL's log, `session` (what a pooler does not pass on), and the owner's right to number
    transactions after a restore. All in one transaction; a second run changes nothing. Everything in the
    schema public becomes the owner's. Raises psycopg.Error when the connection's role may not do this.
    """
    with connection.transaction():
        is_superuser = connection.info.parameter_status("is_superuser") == "on"
        for login in (owner, server):
            if login.name != connection.info.user:
                _make_role(connection, login, is_superuser=is_superuser)
        _leave_roles(connection, server)
        _give_to_owner(connection, owner, is_superuser=is_superuser)
        _grant(connection, owner, server)
        _set(connection, owner, OWNER_SETTINGS)
        _set(connection, server, SERVER_SETTINGS | ({**LOG_SETTINGS, **session} if is_superuser else {}))
        if is_superuser:
            connection.execute(KEEP_TRIGGERS.format(sql.Identifier(server.name)))
    return is_superuser


def _make_role(connection: psycopg.Connection, login: Login, *, is_superuser: bool) -> None:
    role = sql.Identifier(login.name)
    if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [login.name]).rowcount:
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    # Only a superuser may even mention these; another one cannot make a role that has them.
    plain = PLAIN if is_superuser else sql.SQL("")
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN {}").format(role, plain))
    if login.password:  # As a hash, so that no log has the password.
        name, password = login.name.encode(), login.password.encode()
        secret = connection.pgconn.encrypt_password(password, name, b"scram-sha-256").decode()
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(secret)))


def _leave_roles(connection: psycopg.Connection, server: Login) -> None:
    """End memberships, through which the role might own what it is not to own."""
    groups = connection.execute(
        "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", [_quote(server)]
    )
    for (group,) in groups.fetchall():
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.SQL(group), sql.Identifier(server.name)))


def _give_to_owner(connection: psycopg.Connection, owner: Login, *, is_superuser: bool) -> None:
    role = sql.Identifier(owner.name)
    if not is_superuser and owner.name != connection.info.user:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    for what in (*_list_objects(connection),):
        connection.execute(sql.SQL("ALTER {} OWNER TO {}").format(what, role))


def _list_objects(connection: psycopg.Connection) -> Iterator[sql.Composable]:
    """Name the database, its schema and all that is in it, each with its kind."""
    yield sql.SQL("DATABASE {}").format(sql.Identifier(connection.info.dbname))
    yield sql.SQL("SCHEMA public")
    for kind, query, letters in (("TABLE", RELATIONS, "rp"), ("VIEW", RELATIONS, "v")):
        for (name,) in connection.execute(query, [list(letters)]).fetchall():
            yield sql.SQL(f"{kind} {{}}").format(sql.Identifier("public", name))
    for (name,) in connection.execute(FREE_SEQUENCES, [["S"]]).fetchall():
        yield sql.SQL("SEQUENCE {}").format(sql.Identifier("public", name))
    for name, arguments in connection.execute(ROUTINES).fetchall():
        yield sql.SQL("FUNCTION {}({})").format(sql.Identifier("public", name), sql.SQL(arguments))


def _grant(connection: psycopg.Connection, owner: Login, server: Login) -> None:
    names = {
        "owner": sql.Identifier(owner.name),
        "server": sql.Identifier(server.name),
        "database": sql.Identifier(connection.info.dbname),
    }
    has_migrations = connection.execute(MIGRATIONS).fetchone() != (None,)
    for statement in (GRANTS, KEEP_MIGRATIONS) if has_migrations else (GRANTS,):
        connection.execute(sql.SQL(statement).format(**names))


def _set(connection: psycopg.Connection, login: Login, settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        statement = sql.SQL("ALTER ROLE {} SET {} = {}")
        role = sql.Identifier(login.name)
        connection.execute(statement.format(role, sql.Identifier(name), sql.Literal(value)))


def _quote(login: Login) -> str:
    return '"' + login.name.replace('"', '""') + '"'
