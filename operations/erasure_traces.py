"""The names of a person besides the account: each is forgotten, or replaced where it has a use."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q

from access.applications import record_act
from access.link_limits import OF_NAME
from access.models import ConsoleInvitation, LogInCounter, SignUp
from access.oauth.access_tokens import end_access
from access.open_sessions import end_sessions
from access.second_factors.factors import take_factors_away
from customers.models import Account, Application, ApplicationAct
from mail.models import BlockedAddress, Mail, Unsubscription


def find_names(account: Account) -> list[str]:
    """Return the names by which a person is known or was known, but for earlier ones of others now."""
    user = account.user
    others = (
        SignUp.objects.filter(account=account).values_list("email", flat=True),
        ConsoleInvitation.objects.filter(account=account).values_list("email", flat=True),
        Mail.objects.filter(account=account).values_list("address", flat=True).distinct(),
    )
    named = {user.email, *(name for rows in others for name in rows)}
    own = {account.email, user.username}
    return sorted(own | {name for name in named - {""} if not _is_of_another(name, account)})


def forget_log_in(account: Account, names: Iterable[str]) -> None:
    """End the access of a person, and forget what was counted or kept of the log-in."""
    end_access(account.user_id)
    end_sessions(account.user_id)
    take_factors_away(account.user_id)
    LogInCounter.objects.filter(
        _are("subject", names)
        | _are("subject", (f"{OF_NAME}{name}" for name in names))
        | _are("subject", (f"{name} " for name in names), how="istartswith")
    ).delete()
    SignUp.objects.filter(_are("email", names) | Q(account=account)).delete()
    ConsoleInvitation.objects.filter(_are("email", names) | Q(account=account)).delete()


def forget_mails(account: Account, names: Iterable[str]) -> None:
    """Forget what was mailed to a person, and what is known of the addresses."""
    Mail.objects.filter(Q(account=account) | _are("address", names)).delete()
    BlockedAddress.objects.filter(_are("address", names)).delete()
    Unsubscription.objects.filter(_are("address", names)).delete()


def hand_apps_over(account: Account, names: Iterable[str], *, actor: str) -> None:
    """Name a colleague as the author of the person's apps, an owner first; nobody if there is none.

    An address for help that is the person's is blanked.
    """
    apps = Application.objects.filter(_are("author_email", names) | _are("support_address", names))
    known = {name.lower() for name in names}
    for application in apps.select_for_update(no_key=True).order_by("pk"):
        if application.author_email.lower() in known:
            application.author_email = _find_heir(application, account)
        if application.support_address.lower() in known:
            application.support_address = ""
        application.save(update_fields=["author_email", "support_address", "updated"])
        record_act(application, ApplicationAct.CHANGED, actor=actor, reason="author_email, support_address")


def _find_heir(application: Application, account: Account) -> str:
    colleagues = Account.objects.filter(organization=application.organization_id, user__is_active=True)
    by_role = colleagues.exclude(pk=account.pk).order_by("-is_owner", "-is_developer", "pk")
    return by_role.values_list("email", flat=True).first() or ""


def _is_of_another(name: str, account: Account) -> bool:
    users = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).exclude(pk=account.user_id)
    return users.exists() or Account.objects.filter(email__iexact=name).exclude(pk=account.pk).exists()


def _are(column: str, names: Iterable[str], *, how: str = "iexact") -> Q:
    """Return the condition that a column is one of these, however it was typed."""
    found = Q(pk__in=[])
    for name in names:
        found |= Q(**{f"{column}__{how}": name})
    return found
