"""Triggers of offers to buyers: who may make them, how often the same thing is accepted, no end untold."""

import pgtrigger

from customers.models.unapproved_applications import only_approved_applications_sell

DAY_SECONDS = 86_400
# The others of the same thing of the same buyer: an app's name for it, or else what it is called.
SAME_THING = """
    s.buyer_id = NEW.buyer_id AND s.order_application_id = NEW.order_application_id AND s.test = NEW.test
    AND s.id <> NEW.id AND s.external_id = NEW.external_id
    AND (NEW.external_id <> '' OR (s.product, s.name) = (NEW.product, NEW.name))
"""
HELD = "s.status = 'accepted' AND s.holds_until >= NEW.decided_at"
OFFERED = f"COALESCE(s.trial_seconds, s.trial_days * {DAY_SECONDS})"
# The lock lets a buyer's offers be accepted one after the other.
ONE_OF_A_KIND = f"""
    PERFORM FROM customers_organization WHERE id = NEW.buyer_id FOR NO KEY UPDATE;
    SELECT allows_second, remembers_trials INTO may_repeat, remembers
    FROM customers_application WHERE id = NEW.order_application_id;
    IF NOT may_repeat AND EXISTS (
        SELECT FROM subscriptions_subscription s
        WHERE {SAME_THING} AND (s.status IN ('processed', 'active', 'past_due', 'frozen') OR {HELD})
    ) THEN
        RAISE EXCEPTION 'the buyer has this already' USING ERRCODE = 'check_violation';
    END IF;
    granted := COALESCE(NEW.trial_seconds, NEW.trial_days * {DAY_SECONDS});
    IF NOT remembers OR granted = 0 THEN
        RETURN NEW;
    END IF;
    SELECT COALESCE(SUM(CASE WHEN s.cancelled_at IS NULL THEN {OFFERED}
        ELSE LEAST({OFFERED}, CEIL(EXTRACT(EPOCH FROM s.cancelled_at - s.activated_at))) END), 0) INTO taken
    FROM subscriptions_subscription s WHERE {SAME_THING} AND (s.activated_at IS NOT NULL OR {HELD});
    IF granted > GREATEST(NEW.trial_days * {DAY_SECONDS} - taken, 0) THEN
        RAISE EXCEPTION 'the trial was used before' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def guard_offers() -> list[pgtrigger.Trigger]:
    """Return the triggers."""
    return [only_approved_applications_sell(), trial_stays(), one_of_a_kind()]


def one_of_a_kind() -> pgtrigger.Trigger:
    """Return the trigger that an acceptance passes: no second one if there may be none, no longer trial."""
    return pgtrigger.Trigger(
        name="one_of_a_kind",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Condition(
            "OLD.status = 'pending' AND NEW.status = 'accepted' AND NEW.buyer_id IS NOT NULL"
        ),
        declare=[
            ("may_repeat", "boolean"),
            ("remembers", "boolean"),
            ("granted", "bigint"),
            ("taken", "bigint"),
        ],
        func=ONE_OF_A_KIND,
    )


def trial_stays() -> pgtrigger.Trigger:
    """Return the trigger that keeps the trial that a buyer accepted."""
    return pgtrigger.Trigger(
        name="trial_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("trial_seconds"),
        condition=pgtrigger.Condition(
            "OLD.status <> 'pending' AND OLD.trial_seconds IS DISTINCT FROM NEW.trial_seconds"
        ),
        func="""
            RAISE EXCEPTION 'the trial is the one that was accepted' USING ERRCODE = 'check_violation';
        """,
    )


def trials_only_get_longer() -> pgtrigger.Trigger:
    """Return the trigger that lets no trial that has begun end earlier, nor later without an event."""
    return pgtrigger.Trigger(
        name="trials_only_get_longer",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("trial_ends_at"),
        condition=pgtrigger.Condition(
            "OLD.trial_ends_at IS NOT NULL AND OLD.trial_ends_at IS DISTINCT FROM NEW.trial_ends_at AND"
            " (NEW.trial_ends_at > OLD.trial_ends_at AND NEW.event_count > OLD.event_count) IS NOT TRUE"
        ),
        func="""
            RAISE EXCEPTION 'a trial may only get longer, with an event' USING ERRCODE = 'check_violation';
        """,
    )


def an_end_is_told() -> pgtrigger.Trigger:
    """Return the trigger that lets nobody set or lift the end of a subscription without an event."""
    return pgtrigger.Trigger(
        name="an_end_is_told",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("cancel_at"),
        condition=pgtrigger.Condition(
            "OLD.cancel_at IS DISTINCT FROM NEW.cancel_at AND NEW.event_count <= OLD.event_count"
        ),
        func="""
            RAISE EXCEPTION 'an end was changed without an event' USING ERRCODE = 'check_violation';
        """,
    )
