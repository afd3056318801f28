"""All that must be true of the data at any moment; docs/invariants.md lists it in prose."""

from backoffice.invariants.base import Invariant, Row
from backoffice.invariants.consent import CONSENT
from backoffice.invariants.guards import GUARDS
from backoffice.invariants.liveness import LIVENESS
from backoffice.invariants.money import MONEY
from backoffice.invariants.receivables import RECEIVABLES
from backoffice.invariants.schedule import SCHEDULE
from backoffice.invariants.separation import SEPARATION
from backoffice.invariants.states import STATES

INVARIANTS = (*MONEY, *RECEIVABLES, *STATES, *CONSENT, *SCHEDULE, *SEPARATION, *GUARDS, *LIVENESS)

__all__ = ("INVARIANTS", "RECEIVABLES", "Invariant", "Row")
