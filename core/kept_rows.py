"""Triggers of tables whose rows are kept: never changed, never removed."""

import pgtrigger

# TRUNCATE is how a test empties its database; only a session that says so may do it.
REFUSE_TRUNCATE = """
IF COALESCE(current_setting('billing.allow_truncate', true), '') <> 'on' THEN
    RAISE EXCEPTION 'the rows of % are kept for ever', TG_TABLE_NAME;
END IF;
RETURN NULL;
"""


def append_only() -> list[pgtrigger.Trigger]:
    """Return the triggers that let rows be inserted and never changed or removed."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        never_truncated(),
    ]


def kept_for_ever() -> list[pgtrigger.Trigger]:
    """Return the triggers that never let a row be removed."""
    return [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete), never_truncated()]


def never_truncated() -> pgtrigger.Trigger:
    """Return the trigger that refuses to empty the table at once."""
    return pgtrigger.Trigger(
        name="never_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=REFUSE_TRUNCATE,
    )
