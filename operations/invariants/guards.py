"""Invariants of the schema: what the database is to enforce is really there, switched on and valid."""

from django.conf import settings
from django.db import connection

from operations.invariants.base import Invariant, Row
from operations.invariants.schema import find_missing_guards

# A role that reads no rows here was made for another database of the same server.
IS_SET_UP = """
SELECT FROM pg_roles WHERE rolname = %(role)s
AND has_table_privilege(oid, 'django_migrations'::regclass, 'SELECT')
"""
EXCESS_RIGHTS = """
WITH role AS (SELECT * FROM pg_roles WHERE rolname = %(role)s),
tables AS (
    SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
)
SELECT rolname, attribute.name FROM role, LATERAL (VALUES
    ('superuser', rolsuper), ('create roles', rolcreaterole), ('create databases', rolcreatedb),
    ('replication', rolreplication), ('bypass row security', rolbypassrls)
) AS attribute (name, is_held) WHERE is_held
UNION ALL
SELECT relname, privilege FROM tables, role, LATERAL (VALUES ('TRUNCATE'), ('TRIGGER'), ('REFERENCES'))
    AS held (privilege) WHERE has_table_privilege(role.oid, tables.oid, privilege)
UNION ALL
SELECT relname, 'owner' FROM tables, role WHERE pg_has_role(role.oid, relowner, 'MEMBER')
UNION ALL
SELECT 'django_migrations', 'write' FROM role
WHERE has_table_privilege(oid, 'django_migrations'::regclass, 'INSERT, UPDATE, DELETE')
UNION ALL
SELECT current_schema(), 'CREATE' FROM role WHERE has_schema_privilege(oid, current_schema(), 'CREATE')
UNION ALL
SELECT current_database(), 'CREATE' FROM role WHERE has_database_privilege(oid, current_database(), 'CREATE')
UNION ALL
SELECT 'session_replication_role', 'SET' FROM role
WHERE has_parameter_privilege(oid, 'session_replication_role', 'SET')
"""


def find_excess_rights() -> list[Row]:
    """Return what the server's role may do beyond reading and writing rows; nothing where it has none.

    It has one where DATABASE_OWNER_URL names another, or with the embedded database once it has run. The role
    that one runs this as does not matter.
    """
    role = settings.DATABASE_SERVER_ROLE
    if role == (settings.DATABASE_OWNER or settings.DATABASES["default"])["USER"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(IS_SET_UP, {"role": role})
        if cursor.fetchone() is None:
            return []
        cursor.execute(EXCESS_RIGHTS, {"role": role})
        return [{"role": role, "on": on, "right": right} for on, right in cursor.fetchall()]


GUARDS = (
    Invariant(
        "I-38",
        "Every instant is stored with its time zone.",
        """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'timestamp without time zone'
        """,
    ),
    Invariant(
        "I-39",
        "Every declared constraint, key, index and trigger is in the database, switched on and valid.",
        search=find_missing_guards,
        hint="manage.py pgtrigger install puts triggers back; constraints come back by a migration.",
    ),
    Invariant(
        "I-39a",
        "The server's role of PostgreSQL only reads and writes rows: it changes no table and no trigger.",
        search=find_excess_rights,
        hint="manage.py database_role takes these rights away.",
    ),
)
