"""Invariants of charges, consent and attempts."""

from backoffice.invariants.base import Invariant
from charges.models import LIVE_STATES, Charge, ChargeStatus
from charges.models.attempt import OPEN_STATES
from charges.models.charge import TERMS

# The text that Charge.terms_hash hashes, spelled as Python's json.dumps spells it: keys in order, and
# everything beyond ASCII as \uXXXX, in two halves above the basic plane.
ESCAPED_NAME = r"""
CASE WHEN octet_length(c.name) = length(c.name) THEN to_json(c.name)::text ELSE (
    SELECT '"' || string_agg(CASE
        WHEN ascii(l) < 128 THEN substr(to_json(l)::text, 2, length(to_json(l)::text) - 2)
        WHEN ascii(l) < 65536 THEN '\u' || lpad(to_hex(ascii(l)), 4, '0')
        ELSE '\u' || to_hex(55296 + (ascii(l) - 65536) / 1024)
             || '\u' || to_hex(56320 + (ascii(l) - 65536) %% 1024)
    END, '' ORDER BY n) || '"'
    FROM regexp_split_to_table(c.name, '') WITH ORDINALITY AS letters(l, n)
) END
"""


def write_terms_sql() -> str:
    """Return SQL for the terms hash of charge `c`."""
    values = {name: f"to_json(c.{name})::text" for name in TERMS}
    values |= {"id": "to_json(c.public_id)::text", "name": ESCAPED_NAME}
    pairs = " || ', ' || ".join(f"'\"{name}\": ' || {values[name]}" for name in sorted(values))
    return f"encode(sha256(convert_to('{{' || {pairs} || '}}', 'UTF8')), 'hex')"


def list_moves() -> list[str]:
    """Return the declared transitions of a charge as from:to."""
    field = Charge._meta.get_field("status")
    return [f"{move.source}:{move.target}" for move in field.get_all_transitions(Charge)]


STATES = (
    Invariant(
        "I-07",
        "A charge is collected if and only if exactly one attempt captured its whole amount.",
        """
        SELECT c.public_id AS charge, c.status, COUNT(a.id) AS captures, SUM(a.amount_minor) AS captured
        FROM charges_charge c LEFT JOIN charges_attempt a ON a.charge_id = c.id AND a.state = 'succeeded'
        GROUP BY c.id
        HAVING (c.status = 'success') <> (COUNT(a.id) = 1) OR COUNT(a.id) > 1
            OR COUNT(a.id) = 1 AND (SUM(a.amount_minor), MAX(a.currency)) <> (c.total_minor, c.currency)
        """,
    ),
    Invariant(
        "I-09",
        "A charge has at most one live attempt.",
        """
        SELECT charge_id, COUNT(*) AS live FROM charges_attempt
        WHERE state = ANY(%(live)s) GROUP BY charge_id HAVING COUNT(*) > 1
        """,
        params={"live": [str(state) for state in LIVE_STATES]},
    ),
    Invariant(
        "I-16",
        "Every change of a charge's status is one that the state machine allows.",
        """
        SELECT charge_id, from_status, to_status, actor FROM charges_statuschange
        WHERE from_status || ':' || to_status <> ALL(%(moves)s)
        """,
        params={"moves": list_moves()},
    ),
    Invariant(
        "I-17",
        "The history of a charge starts at pending, has no gap and ends at its present status.",
        """
        SELECT c.public_id AS charge, c.status, h.from_status, h.to_status, h.place
        FROM charges_charge c
        LEFT JOIN (
            SELECT charge_id, from_status, to_status,
                   LAG(to_status, 1, %(first)s) OVER move AS arrived_at,
                   LEAD(from_status) OVER move AS goes_on_from, ROW_NUMBER() OVER move AS place
            FROM charges_statuschange WINDOW move AS (PARTITION BY charge_id ORDER BY id)
        ) h ON h.charge_id = c.id
        WHERE h.arrived_at <> h.from_status OR h.goes_on_from IS NULL AND h.to_status <> c.status
           OR h.charge_id IS NULL AND c.status <> %(first)s
        """,
        params={"first": str(ChargeStatus.PENDING)},
    ),
    Invariant(
        "I-18",
        "A charge that has ended is at rest: it has its end's date, and nothing is under way.",
        """
        SELECT c.public_id AS charge, c.status, c.decided_at, c.finished_at, c.collect_at
        FROM charges_charge c
        WHERE c.status = 'declined' AND c.decided_at IS NULL
           OR c.status IN ('success', 'failed') AND (c.finished_at IS NULL OR EXISTS (
                SELECT FROM charges_attempt a WHERE a.charge_id = c.id AND a.state = ANY(%(open)s)))
           OR c.status <> 'processed' AND c.collect_at IS NOT NULL
        """,
        params={"open": [str(state) for state in OPEN_STATES]},
    ),
    Invariant(
        "I-19",
        "Nothing goes on without consent: every accepted charge has one by its buyer.",
        """
        SELECT c.public_id AS charge, c.status, k.organization_id AS accepted_by, c.buyer_id
        FROM charges_charge c LEFT JOIN charges_acceptance k ON k.charge_id = c.id
        WHERE c.status NOT IN ('pending', 'declined') AND k.organization_id IS DISTINCT FROM c.buyer_id
           OR c.status IN ('pending', 'declined') AND k.id IS NOT NULL
        """,
    ),
    Invariant(
        "I-20",
        "No attempt was sent before its charge was accepted and activated.",
        """
        SELECT a.key, a.sent_at, k.created_at AS accepted_at, c.activated_at
        FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
        LEFT JOIN charges_acceptance k ON k.charge_id = c.id
        WHERE c.activated_at IS NULL OR a.sent_at < c.activated_at OR a.sent_at < k.created_at
        """,
    ),
    Invariant(
        "I-21",
        "The terms of a charge are still the ones that the buyer accepted.",
        f"""
        SELECT c.public_id AS charge, k.terms_hash AS accepted
        FROM charges_charge c JOIN charges_acceptance k ON k.charge_id = c.id
        WHERE k.terms_hash <> {write_terms_sql()}
        """,
    ),
)
