"""What people who administer staff do to others: roles, sessions, second factors. Never to themselves."""

from collections.abc import Collection

from django.contrib.auth.models import Group, User
from django.db import transaction

from access.errors import AboveYou, NotForOneself
from access.oauth.access_tokens import end_access
from access.open_sessions import end_sessions
from access.second_factors.factors import take_factors_away


@transaction.atomic
def change_staff_roles(
    user_id: int, *, user: User, roles: Collection[int], is_staff: bool, reason: str
) -> User:
    """Give somebody exactly these groups, and let them into the admin or not; `user` is who does it.

    Who is let in, or no more, is logged out: sessions that began before are of other rules. Raises
    NotForOneself, AboveYou.
    """
    person = _lock(user_id, by=user)
    is_other = person.is_staff != is_staff
    person.is_staff = is_staff
    person.save(update_fields=["is_staff"])
    person.groups.set(Group.objects.filter(pk__in=roles) if is_staff else [])
    if is_other:
        end_sessions(person.pk)
    return person


@transaction.atomic
def end_sessions_of(user_id: int, *, user: User, reason: str) -> None:
    """Log somebody out everywhere, and end the tokens of apps. Raises NotForOneself, AboveYou."""
    person = _lock(user_id, by=user)
    end_sessions(person.pk)
    end_access(person.pk)


@transaction.atomic
def reset_factors(user_id: int, *, user: User, reason: str) -> None:
    """Take the second factors of somebody away whose device is lost. Raises NotForOneself, AboveYou."""
    take_factors_away(_lock(user_id, by=user).pk)


def _lock(user_id: int, *, by: User) -> User:
    person = User.objects.select_for_update().get(pk=user_id)
    if person.pk == by.pk:
        raise NotForOneself
    if person.is_superuser and not by.is_superuser:
        raise AboveYou
    return person
