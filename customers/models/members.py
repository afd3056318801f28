"""Members of an organisation in the console: their roles, the trigger that keeps an owner, their history."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from core import clock

LAST_OWNER = "the last owner of an organisation stays its owner"


class Role(models.TextChoices):
    """What a member of an organisation may do in the console; an owner may do all of it."""

    OWNER = "owner", "Owner"
    BILLING = "billing", "Billing"
    DEVELOPER = "developer", "Developer"


# The columns of an account that hold them.
ROLE_COLUMNS = {Role.OWNER: "is_owner", Role.BILLING: "has_billing_role", Role.DEVELOPER: "is_developer"}


def an_owner_stays() -> pgtrigger.Trigger:
    """Return the trigger for accounts: who has an owner keeps one, also when two are removed at once.

    Organisations that only buy have none, and so has one whose last person was erased.
    """
    return pgtrigger.Trigger(
        name="an_owner_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("is_owner"),
        condition=pgtrigger.Condition("OLD.is_owner AND NOT NEW.is_owner AND NEW.erased_at IS NULL"),
        func=f"""
            PERFORM FROM customers_organization WHERE id = OLD.organization_id FOR NO KEY UPDATE;
            IF NOT EXISTS (
                SELECT FROM customers_account
                WHERE organization_id = OLD.organization_id AND is_owner AND id <> OLD.id
            ) THEN
                RAISE EXCEPTION '{LAST_OWNER}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


class MemberChange(models.Model):
    """Who made somebody a member, changed the roles of a member, or removed one; roles before and after."""

    organization = models.ForeignKey(
        "customers.Organization", models.PROTECT, related_name="member_changes", db_index=False
    )
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+", db_index=False)
    before = ArrayField(models.CharField(max_length=10, choices=Role.choices), default=list, blank=True)
    after = ArrayField(models.CharField(max_length=10, choices=Role.choices), default=list, blank=True)
    is_removal = models.BooleanField(default=False, help_text="The log-in ended with it.")
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ("view",)
        indexes = [models.Index(name="changes_of_members", fields=["organization", "-id"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"
