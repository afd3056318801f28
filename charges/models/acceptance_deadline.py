"""The deadline of an acceptance, and triggers by which what was accepted starts in time or never."""

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings


def hold_until(decided_at: datetime) -> datetime:
    """Return until when (UTC) an acceptance of this instant can be activated: as long as an offer is open."""
    return decided_at + timedelta(days=settings.CHARGE_EXPIRES_DAYS)


def acceptance_is_timely() -> pgtrigger.Trigger:
    """Return the trigger that starts what was accepted only while its acceptance holds.

    Only the first start asks: retries, renewals and starting anew do not come from `accepted`.
    """
    return pgtrigger.Trigger(
        name="acceptance_is_timely",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Condition(
            "OLD.status = 'accepted' AND NEW.status = 'processed'"
            " AND (NEW.activated_at <= NEW.holds_until) IS NOT TRUE"
        ),
        func="""
            RAISE EXCEPTION 'the acceptance of % held until %', OLD.public_id, NEW.holds_until
                USING ERRCODE = 'check_violation';
        """,
    )


def deadline_stays() -> pgtrigger.Trigger:
    """Return the trigger that keeps the end of an acceptance where it was set."""
    return pgtrigger.Trigger(
        name="deadline_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("holds_until"),
        condition=pgtrigger.Condition(
            "OLD.holds_until IS NOT NULL AND OLD.holds_until IS DISTINCT FROM NEW.holds_until"
        ),
        func="""
            RAISE EXCEPTION 'an acceptance holds until %', OLD.holds_until USING ERRCODE = 'check_violation';
        """,
    )
