"""Triggers that keep an erased person erased: of the account, and of its log-in."""

import pgtrigger

STAYS_ERASED = "an erased person stays erased"
# Columns of a log-in by which somebody could come in, or be named, again.
CLOSED = ("username", "email", "first_name", "last_name", "password", "is_active")


def stays_erased() -> pgtrigger.Trigger:
    """Return the trigger for accounts."""
    return pgtrigger.Protect(
        name="stays_erased",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.erased_at IS NOT NULL"),
    )


def log_in_stays_closed() -> pgtrigger.Trigger:
    """Return the trigger for log-ins.

    It reads the account once the row of the log-in is free, so that it sees an erasure it has waited for.
    """
    before, after = (", ".join(f"{row}.{column}" for column in CLOSED) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="log_in_stays_closed",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(*CLOSED),
        condition=pgtrigger.Condition(f"ROW({before}) IS DISTINCT FROM ROW({after})"),
        func=f"""
            IF EXISTS (SELECT FROM customers_account WHERE user_id = NEW.id AND erased_at IS NOT NULL) THEN
                RAISE EXCEPTION '{STAYS_ERASED}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
