"""The trigger behind approval: applications that are not approved sell for no real money."""

import pgtrigger

NOT_APPROVED = "an application that is not approved sells for test money only"


def only_approved_applications_sell(*, but: str = "") -> pgtrigger.Trigger:
    """Return the trigger for what applications sell; `but` is SQL for rows that another row answers for."""
    answers = f" AND NOT ({but})" if but else ""
    return pgtrigger.Trigger(
        name="only_approved_applications_sell",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NOT NEW.test AND NEW.order_application_id IS NOT NULL{answers}"),
        func=f"""
            IF NOT EXISTS (
                SELECT FROM customers_application
                WHERE id = NEW.order_application_id AND review_status = 'approved'
            ) THEN
                RAISE EXCEPTION '{NOT_APPROVED}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
