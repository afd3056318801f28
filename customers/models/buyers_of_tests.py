"""Test buyers: organisations with which one seller tries its app, each by a clock of its own."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import clock
from customers.models.organizations import Organization

SANDBOX = "sandbox"
# It has bought and sold nothing yet, or something of it might be live.
IS_NEW = """
NOT EXISTS (SELECT FROM customers_organization WHERE id = NEW.organization_id AND is_operator)
AND NOT EXISTS (SELECT FROM customers_application WHERE organization_id = NEW.organization_id)
AND NOT EXISTS (SELECT FROM customers_merchant WHERE organization_id = NEW.organization_id)
AND NOT EXISTS (SELECT FROM charges_charge WHERE buyer_id = NEW.organization_id)
AND NOT EXISTS (SELECT FROM subscriptions_subscription WHERE buyer_id = NEW.organization_id)
AND NOT EXISTS (SELECT FROM customers_paymentoption WHERE organization_id = NEW.organization_id)
"""


class TestBuyer(models.Model):
    """An organisation that buys from one seller, with test money only, and whose time stands still.

    What it buys falls due by `clock_at` (UTC), which moves when its seller advances it. A lease lets one
    process at a time do that; the number of the latest advance ends what an earlier one still wants to do.
    """

    __test__ = False  # Its name makes pytest take it for a class of tests.

    organization = models.OneToOneField(
        Organization, models.PROTECT, primary_key=True, related_name="test_buyer"
    )
    seller = models.ForeignKey(Organization, models.PROTECT, related_name="test_buyers", db_index=False)
    clock_at = models.DateTimeField(default=clock.now)
    advance_number = models.PositiveIntegerField(default=0, db_default=0)
    lease_ends_at = models.DateTimeField(null=True, help_text="Until then one process advances the clock.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_test_buyer_is_not_its_seller", condition=~Q(seller=F("organization"))
            )
        ]
        indexes = [models.Index(name="test_buyers_of_a_seller", fields=["seller", "-organization"])]
        triggers = [
            pgtrigger.ReadOnly(name="stays_with_its_seller", fields=["organization", "seller", "created_at"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="clock_never_goes_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.clock_at < OLD.clock_at OR NEW.advance_number < OLD.advance_number"
                ),
            ),
            pgtrigger.Trigger(
                name="begins_with_nothing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT ({IS_NEW}) THEN
                        RAISE EXCEPTION 'a test buyer is a new organisation'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Test buyer {self.organization_id}"


def keeps_to_the_sandbox() -> pgtrigger.Trigger:
    """Return the trigger by which test buyers have no card at a processor that moves money."""
    return pgtrigger.Trigger(
        name="test_buyers_keep_to_the_sandbox",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("organization_id", "gateway"),
        condition=pgtrigger.Condition(f"NEW.organization_id IS NOT NULL AND NEW.gateway <> '{SANDBOX}'"),
        func="""
            IF EXISTS (SELECT FROM customers_testbuyer WHERE organization_id = NEW.organization_id) THEN
                RAISE EXCEPTION 'a test buyer has cards of the sandbox only'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
