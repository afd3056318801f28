"""All that must be true of the data at any moment; docs/invariants.md lists it in prose."""

from operations.invariants.approvals import APPROVALS
from operations.invariants.base import Invariant, Part, Row
from operations.invariants.card_numbers import CARD_NUMBERS
from operations.invariants.consent import CONSENT
from operations.invariants.day_trees import DAY_TREES
from operations.invariants.disputes import DISPUTES
from operations.invariants.entry_sums import ENTRY_SUMS
from operations.invariants.events import EVENTS
from operations.invariants.guards import GUARDS
from operations.invariants.invoices import INVOICES
from operations.invariants.liveness import LIVENESS
from operations.invariants.money import MONEY
from operations.invariants.months import MONTHS
from operations.invariants.payouts import PAYOUTS
from operations.invariants.receivables import RECEIVABLES
from operations.invariants.schedule import SCHEDULE
from operations.invariants.separation import SEPARATION
from operations.invariants.states import STATES

INVARIANTS = (
    *MONEY,
    *DISPUTES,
    *APPROVALS,
    *MONTHS,
    *DAY_TREES,
    *ENTRY_SUMS,
    *PAYOUTS,
    *INVOICES,
    *RECEIVABLES,
    *STATES,
    *EVENTS,
    *CONSENT,
    *SCHEDULE,
    *SEPARATION,
    *CARD_NUMBERS,
    *GUARDS,
    *LIVENESS,
)

__all__ = ("INVARIANTS", "RECEIVABLES", "Invariant", "Part", "Row")
