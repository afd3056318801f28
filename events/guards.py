"""The trigger that lets no object change its status without an event."""

import pgtrigger


def each_change_is_told() -> pgtrigger.Trigger:
    """Return the trigger for tables with a status and a count of events; a legal change calls no function."""
    return pgtrigger.Trigger(
        name="written_as_an_event",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            'OLD."status" IS DISTINCT FROM NEW."status" AND NEW."event_count" <= OLD."event_count"'
        ),
        func="""
            RAISE EXCEPTION 'a change from % to % without an event', OLD.status, NEW.status
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
        """,
    )
