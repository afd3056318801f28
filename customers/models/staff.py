"""Django's own tables of log-ins and of the admin's log, with triggers of ours."""

import pgtrigger
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from core.kept_rows import append_only
from customers.models.erased import log_in_stays_closed

STAFF_HAS_NO_ACCOUNT = "a log-in of staff is no account of a buyer or seller"


def account_is_not_staff() -> pgtrigger.Trigger:
    """Return the trigger for accounts.

    The lock waits for a transaction that is making the person staff, and lets none begin before the end.
    """
    return pgtrigger.Trigger(
        name="account_is_not_staff",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id"),
        declare=[("is_of_staff", "boolean")],
        func=f"""
            SELECT is_staff OR is_superuser INTO is_of_staff FROM auth_user WHERE id = NEW.user_id FOR SHARE;
            IF is_of_staff THEN
                RAISE EXCEPTION '{STAFF_HAS_NO_ACCOUNT}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


class LogIn(User):
    """A person who can log in: staff, or the account of a buyer or seller, never both."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="staff_has_no_account",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_staff", "is_superuser"),
                condition=pgtrigger.Condition("NEW.is_staff OR NEW.is_superuser"),
                func=f"""
                    IF EXISTS (SELECT FROM customers_account WHERE user_id = NEW.id) THEN
                        RAISE EXCEPTION '{STAFF_HAS_NO_ACCOUNT}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            log_in_stays_closed(),
        ]


class AuditLine(LogEntry):
    """A line of the admin's log: an act of staff, by one of them, at an instant."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = "line of the audit log"
        verbose_name_plural = "audit log"
        triggers = append_only()
