"""Lines about what hangs on the charges of a timeline: attempts, reviews, refunds, disputes, postings."""

from backoffice.timeline.source import (
    APPROVALS,
    ATTEMPTS,
    CHARGES,
    DISPUTES,
    EVENTS,
    LEDGER,
    MAILS,
    NO_AMOUNT,
    NO_ROW,
    PAPERS,
    REQUESTS,
    Source,
)
from core.ledger_references import write_attempt_reference, write_charge_reference, write_dispute_reference


def write_each(table: str, *, of: str, order: str = "id") -> str:
    """Return a join that looks up the newest rows of a table for each row before it, by an index."""
    return f"""CROSS JOIN LATERAL (
    SELECT * FROM {table} r WHERE {of} ORDER BY r.{order} DESC LIMIT %(limit)s
) """


ATTEMPT = write_each("charges_attempt", of="r.charge_id = f.id", order="number") + "t"
REQUEST = write_each("charges_refundrequest", of="r.charge_id = f.id") + "q"
DISPUTE = write_each("charges_dispute", of="r.charge_id = f.id") + "d"
REVIEW = write_each("charges_attemptreview", of="r.attempt_id = t.id") + "v"
NEWEST = "LIMIT %(limit)s"

SENT = f"""SELECT t.sent_at, 'sent', '', t.gateway, '', t.id, t.amount_minor, t.currency, f.kind
FROM once f {ATTEMPT} ORDER BY t.id DESC {NEWEST}"""
ANSWERED = f"""SELECT t.resolved_at, 'answered', t.state, concat_ws(' ', t.message, NULLIF(t.code, '')),
    t.gateway, t.id, t.amount_minor, t.currency, f.kind
FROM once f {ATTEMPT} WHERE t.resolved_at IS NOT NULL ORDER BY t.id DESC {NEWEST}"""
REVIEWED = f"""SELECT v.created_at, 'review', v.outcome, concat_ws(' · ', v.reason, NULLIF(v.said, '')),
    v.actor, t.id, t.amount_minor, t.currency, f.kind
FROM once f {ATTEMPT} {REVIEW} ORDER BY v.id DESC {NEWEST}"""
REQUESTED = f"""SELECT q.created_at, 'refund_request', COALESCE(a.status, ''), q.reason, q.actor, q.id,
    q.amount_minor, f.currency, f.kind
FROM once f {REQUEST} LEFT JOIN approvals_approval a ON a.id = q.approval_id
ORDER BY q.id DESC {NEWEST}"""
# What a second person is asked about a charge: its refunds, its write-off, and reviews of its attempts.
SUBJECTS = f"""SELECT 'write_off:' || f.public_id AS name FROM once f
    UNION ALL SELECT 'refund:' || q.public_id FROM once f {REQUEST}
    UNION ALL SELECT 'review:' || f.public_id || ':' || t.number || ':' || turn.nth
    FROM once f {ATTEMPT} CROSS JOIN LATERAL generate_series(
        1, 1 + (SELECT count(*) FROM charges_attemptreview v WHERE v.attempt_id = t.id)
    ) turn (nth)"""
APPROVAL = f"FROM ({SUBJECTS}) subject {write_each('approvals_approval', of='r.subject = subject.name')} a"
OF_APPROVAL = "a.id, (a.terms::jsonb->>'amount_minor')::bigint, COALESCE(a.terms::jsonb->>'currency', '')"
# A refund that is asked for has a line of its own already.
ASKED_FOR = f"""SELECT a.requested_at, 'approval_asked', a.act, a.reason, COALESCE(u.username, ''),
    {OF_APPROVAL}, a.status
{APPROVAL} LEFT JOIN auth_user u ON u.id = a.requested_by_id
WHERE a.act <> 'refund' ORDER BY a.id DESC {NEWEST}"""
DECIDED = f"""SELECT h.created_at, 'approval', a.act, h.reason, h.actor, {OF_APPROVAL}, h.to_status
{APPROVAL} {write_each("approvals_approvalchange", of="r.approval_id = a.id")} h
WHERE h.to_status IN ('approved', 'rejected', 'void') ORDER BY h.id DESC {NEWEST}"""
DISPUTED = f"""SELECT d.opened_at, 'dispute', '', d.reason, d.gateway, d.id, d.amount_minor,
    d.currency, f.kind
FROM once f {DISPUTE} ORDER BY d.id DESC {NEWEST}"""
DISPUTE_DECIDED = f"""SELECT d.closed_at, 'dispute', d.status, d.reason, d.gateway, d.id, d.amount_minor,
    d.currency, f.kind
FROM once f {DISPUTE} WHERE d.closed_at IS NOT NULL ORDER BY d.id DESC {NEWEST}"""
REFERENCES = f"""CROSS JOIN LATERAL (
    SELECT {write_charge_reference("f.public_id")} AS name
    UNION ALL SELECT {write_attempt_reference("f.public_id", "t.number")} FROM (SELECT 1) one {ATTEMPT}
    UNION ALL SELECT {write_dispute_reference("d.public_id")} FROM (SELECT 1) one {DISPUTE}
    UNION ALL SELECT {write_dispute_reference("d.public_id")} || ':' || fee
    FROM (SELECT 1) one {DISPUTE} CROSS JOIN LATERAL generate_series(1, d.fee_postings) fee
) reference"""
POSTED = write_each("ledger_ledgertransaction", of="r.kind = ANY(%(kinds)s) AND r.reference = reference.name")
BOOKED = f"""SELECT p.created_at, 'ledger', p.kind, p.description, f.mode, p.id,
    (SELECT SUM(e.amount_minor) FROM ledger_ledgerentry e
     WHERE e.transaction_id = p.id AND e.amount_minor > 0), p.currency, f.kind
FROM once f {REFERENCES} {POSTED} p WHERE f.side <> 'sold' ORDER BY p.id DESC {NEWEST}"""
ISSUED = f"""SELECT p.issued_at, 'paper', p.kind, p.name, '', p.id, p.total_minor, p.currency, ''
FROM once f {write_each("invoicing_taxpaper", of="r.charge_id = f.id")} p ORDER BY p.id DESC {NEWEST}"""
EVENT = write_each("events_event", of="r.object_id = things.public_id", order="sequence") + "e"
# An endpoint will still come to an event, and gets it.
IS_BEHIND = """EXISTS (
    SELECT FROM webhooks_endpoint w JOIN customers_application app ON app.id = w.application_id
    WHERE w.application_id = e.application_id AND app.is_active
      AND w.disabled_at IS NULL AND w.deleted_at IS NULL
      AND (w.position_xact, w.position_event) < (e.xact, e.id)
      AND (w.event_types = '{{}}' OR e.type = ANY(w.event_types))
)"""
DELIVERED = f"""SELECT COALESCE(d.delivered_at, d.dead_at, d.created_at, e.occurred_at), 'delivery', e.type,
    COALESCE(p.url, ''),
    CASE WHEN d.delivered_at IS NOT NULL THEN 'delivered' WHEN d.dead_at IS NOT NULL THEN 'failed'
         WHEN d.id IS NOT NULL THEN 'waits' WHEN {IS_BEHIND} THEN 'ahead' ELSE 'nowhere' END, d.id,
    {NO_AMOUNT}
FROM things {EVENT} {{left}} JOIN LATERAL (
    SELECT * FROM webhooks_delivery d WHERE d.event_id = e.id ORDER BY d.id DESC {NEWEST}
) d ON true LEFT JOIN webhooks_endpoint p ON p.id = d.endpoint_id
WHERE d.id IS NOT NULL OR e.occurred_at >= %(deliveries_since)s
ORDER BY e.occurred_at DESC, e.sequence DESC {NEWEST}"""
# Events without any delivery, too, as long as deliveries are kept.
HAPPENED = DELIVERED.format(left="LEFT")
MAILED = f"""SELECT COALESCE(m.sent_at, m.failed_at, m.created_at), 'mail', m.kind, m.address,
    CASE WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN m.failed_at IS NOT NULL THEN 'given up'
         WHEN m.withheld <> '' THEN 'withheld' ELSE 'waits' END, m.id, {NO_AMOUNT}
FROM things {write_each("mail_mail", of="r.object_id = things.public_id")} m ORDER BY m.id DESC {NEWEST}"""
# Fewer than of others: a program may repeat a call, and all else would be pushed out.
CALLED = f"""SELECT r.created_at, 'request', r.method || ' ' || r.path, r.request_id,
    concat_ws(' ', r.status, a.name), r.id, {NO_AMOUNT}
FROM things {write_each("request_log_loggedrequest", of="r.object_id = things.public_id")} r
LEFT JOIN customers_application a ON a.id = r.application_id ORDER BY r.id DESC LIMIT %(calls)s"""
# Acts of staff, written down with the row that somebody did something to.
ACTS = f"""SELECT l.action_time, 'staff', about.name, l.change_message, u.username, {NO_ROW}, {NO_AMOUNT}
FROM ({{about}}) about (type, row, name)
{write_each("django_admin_log", of="r.content_type_id = about.type AND r.object_id = about.row")} l
JOIN auth_user u ON u.id = l.user_id ORDER BY l.id DESC {NEWEST}"""
ON_SUBJECT = ACTS.format(about="SELECT %(content_type)s::int, %(pk)s::text, ''")
ON_CHARGES = ACTS.format(
    about="""SELECT %(charge_type)s::int, f.id::text,
        CASE f.kind WHEN 'refund' THEN 'refund' ELSE 'payment' END
    FROM once f WHERE (f.id, %(charge_type)s::int) <> (%(pk)s, %(content_type)s::int)"""
)
ON_ATTEMPTS = ACTS.format(about=f"SELECT %(attempt_type)s::int, t.id::text, 'attempt' FROM once f {ATTEMPT}")
ON_DISPUTES = ACTS.format(about=f"SELECT %(dispute_type)s::int, d.id::text, 'dispute' FROM once f {DISPUTE}")

# Refund requests and reviews are shown, as on their pages, to whoever sees the charge and the attempt.
OF_ATTEMPTS = (
    Source(ATTEMPTS, SENT),
    Source(ATTEMPTS, ANSWERED),
    Source(ATTEMPTS, REVIEWED),
    Source(ATTEMPTS, ON_ATTEMPTS),
)
OF_REFUNDS = (
    Source(CHARGES, REQUESTED),
    Source(APPROVALS, ASKED_FOR),
    Source(APPROVALS, DECIDED),
)
OF_DISPUTES = (
    Source(DISPUTES, DISPUTED),
    Source(DISPUTES, DISPUTE_DECIDED),
    Source(DISPUTES, ON_DISPUTES),
)
OF_CHARGES = (
    Source(REQUESTS, CALLED),
    *OF_ATTEMPTS,
    *OF_REFUNDS,
    *OF_DISPUTES,
    Source(LEDGER, BOOKED),
    Source(PAPERS, ISSUED),
    Source(EVENTS, HAPPENED),
    Source(MAILS, MAILED),
    Source(CHARGES, ON_CHARGES),
)
