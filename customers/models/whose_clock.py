"""By whose clock something falls due: the column, and the guards by which it is that of the buyer."""

import pgtrigger
from django.db import models
from django.db.models import Q

# A charge of a live period is compared with its subscription, which passed this, when it is attempted.
TAKES_ITS_CLOCK = """
SELECT seller_id INTO owner FROM customers_testbuyer WHERE organization_id = NEW.buyer_id;
NEW.has_own_clock := FOUND;
IF FOUND AND NOT (NEW.test AND NEW.payee_id = owner) THEN
    RAISE EXCEPTION 'a test buyer pays its seller alone, with test money' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class FallsDue(models.Model):
    """A charge or subscription; that of a test buyer falls due by the clock of its buyer."""

    buyer_id: int | None
    # The database sets it, and the sweeps pass over it.
    has_own_clock = models.BooleanField(db_default=False, editable=False)

    class Meta:
        abstract = True


def takes_its_buyers_clock(condition: str) -> pgtrigger.Trigger:
    """Return the trigger that sets `has_own_clock` of a new row and refuses what a test buyer may not buy."""
    return pgtrigger.Trigger(
        name="takes_its_buyers_clock",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(condition),
        declare=[("owner", "bigint")],
        func=TAKES_ITS_CLOCK,
    )


def only_tests_have_clocks(name: str) -> models.CheckConstraint:
    """Return the constraint that nothing live and nothing of a merchant's customer has a clock of its own."""
    return models.CheckConstraint(
        name=name,
        condition=Q(has_own_clock=False) | Q(test=True, buyer__isnull=False),
    )
