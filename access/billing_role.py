"""The billing role of colleagues: who has it, giving it and taking it away."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from access.errors import LastBillingRole, MemberNotFound
from access.models import RoleChange
from access.models.members import Role
from customers.errors import BillingRoleMissing
from customers.models import Account


@transaction.atomic
def set_billing_role(public_id: UUID, *, by: Account, is_given: bool) -> Account:
    """Give a colleague the billing role, or take it away, and return the account.

    Somebody keeps it always. Saying the same again changes nothing. Raises BillingRoleMissing,
    MemberNotFound, LastBillingRole.
    """
    holders = _lock_holders(by.organization_id, public_id)
    if not any(each.pk == by.pk and each.has_billing_role for each in holders):
        raise BillingRoleMissing
    member = next((each for each in holders if each.public_id == public_id), None)
    if member is None:
        raise MemberNotFound
    others = [each for each in holders if each.has_billing_role and each.pk != member.pk]
    if not is_given and not any(each.user.is_active for each in others):
        raise LastBillingRole
    change_billing_role(member, by=by, is_given=is_given)
    return member


def change_billing_role(member: Account, *, by: Account, is_given: bool) -> None:
    """Write the role of an account that the caller has locked, and who changed it."""
    if member.has_billing_role == is_given:
        return
    member.has_billing_role = is_given
    member.save(update_fields=["has_billing_role"])
    RoleChange.objects.create(account=member, role=Role.BILLING, is_given=is_given, by=by)


def _lock_holders(organization_id: int, public_id: UUID) -> list[Account]:
    """Lock who has the role in an organisation, and the one it is about, so that counting them is exact."""
    concerned = Q(has_billing_role=True) | Q(public_id=public_id)
    accounts = Account.objects.filter(concerned, organization_id=organization_id).select_related("user")
    return list(accounts.order_by("pk").select_for_update(no_key=True, of=("self",)))
