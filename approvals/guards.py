"""Triggers of approvals, and the one that other tables take over: no row without its approval."""

from collections.abc import Mapping

import pgtrigger

# The fingerprint is taken here, too: what somebody approves is what the row says.
ASKED_FIRST = """
    IF NEW.status <> 'requested'
        OR NEW.fingerprint <> encode(sha256(convert_to(NEW.terms, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'an approval begins as a request, with the fingerprint of its terms'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
BY_STAFF = """
    IF NOT EXISTS (SELECT FROM auth_user WHERE id = NEW.decided_by_id AND is_staff AND is_active) THEN
        RAISE EXCEPTION 'only staff decide about a request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


# By their ids: a person may be called otherwise since. What a service finds in `payouts.directing`.
DIRECTED = """
    IF EXISTS (
        SELECT FROM payouts_payout p JOIN payouts_direction d ON d.user_id = NEW.decided_by_id
        WHERE p.public_id = substring(NEW.subject FROM
                  '^payout:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid
          AND (d.account_id = p.account_id OR d.payout_id = p.id
               OR p.month IS NOT NULL AND d.organization_id = p.organization_id AND d.currency = p.currency
               OR d.log_in_id IN (
                   SELECT a.user_id FROM customers_account a WHERE a.organization_id = p.organization_id))
    ) THEN
        RAISE EXCEPTION 'who directed a payout does not approve it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def is_asked_first() -> pgtrigger.Trigger:
    """Return the trigger that lets no approval come about as decided, or with another fingerprint."""
    return pgtrigger.Trigger(
        name="is_asked_first", when=pgtrigger.Before, operation=pgtrigger.Insert, func=ASKED_FIRST
    )


def is_decided_by_staff() -> pgtrigger.Trigger:
    """Return the trigger that lets nobody but active staff decide."""
    return pgtrigger.Trigger(
        name="is_decided_by_staff",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("decided_by_id"),
        condition=pgtrigger.Condition("NEW.decided_by_id IS NOT NULL"),
        func=BY_STAFF,
    )


def another_one_directed_it() -> pgtrigger.Trigger:
    """Return the trigger that lets nobody approve a payout who said where it goes, how or when."""
    return pgtrigger.Trigger(
        name="another_one_directed_it",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status", "decided_by_id"),
        condition=pgtrigger.Condition(
            "NEW.act = 'payout' AND NEW.status = 'approved' AND OLD.status <> 'approved'"
        ),
        func=DIRECTED,
    )


def decision_stays() -> pgtrigger.Trigger:
    """Return the trigger that lets a decision be made once and never changed."""
    return pgtrigger.Protect(
        name="decision_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.decided_at IS NOT NULL AND (OLD.decided_by_id, OLD.decided_at)"
            " IS DISTINCT FROM (NEW.decided_by_id, NEW.decided_at)"
        ),
    )


def needs_approval(
    act: str,
    *,
    subject: str,
    terms: Mapping[str, str],
    operation: pgtrigger.Operation = pgtrigger.Insert,
    condition: str | None = None,
    unless: str = "false",
    name: str = "needs_approval",
) -> pgtrigger.Trigger:
    """Return the trigger for a table whose rows another person must have approved.

    A row is let in after `take_approval` marked the approval of this act and `subject` as used, and only if
    the row says what was approved. `subject` is SQL for its natural key from NEW, such as
    `'payout:' || NEW.public_id`; `terms` are names of the approved terms with the SQL that they must equal,
    such as `{"amount_minor": "NEW.amount_minor"}`; NULL equals nothing. The subject must be unique in the
    table, or one approval lets several rows in. `condition` is SQL over OLD and NEW that says for which rows;
    it must never be NULL. Rows for which `unless` holds, SQL that may ask other tables, need no approval. A
    migration with this trigger depends on the first one of this package.
    """
    agrees = " AND ".join(
        f"(a.terms::jsonb ->> '{term}') = ({value})::text" for term, value in sorted(terms.items())
    )
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=pgtrigger.Condition(condition) if condition else None,
        func=f"""
            IF ({unless}) IS NOT TRUE AND NOT EXISTS (
                SELECT FROM approvals_approval a
                WHERE a.act = '{act}' AND a.subject = {subject} AND a.status = 'used' AND {agrees}
            ) THEN
                RAISE EXCEPTION 'nobody has approved this {act}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
