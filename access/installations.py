"""Which applications may act for an organisation; the application is told when that begins and ends."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from oauth2_provider.models import AccessToken, RefreshToken

from access.models import Installation, InstallationStatus
from access.oauth.access_tokens import end_access, end_application
from core import clock
from customers.errors import ApplicationNotInstalled
from customers.models import Account, Application, TestBuyer
from events.types import ObjectType, name_event
from events.writer import NewEvent, write_events, write_snapshot

VERBS = {InstallationStatus.INSTALLED: "started", InstallationStatus.UNINSTALLED: "ended"}


@transaction.atomic
def install_application(*, account: Account, application: Application) -> None:
    """Note that a person let an application act for their organisation; the first time is an event."""
    installation = _lock_installation(account.organization_id, application.pk)
    if installation.status != InstallationStatus.INSTALLED:
        _change(installation, InstallationStatus.INSTALLED, by=account)


@transaction.atomic
def revoke_application_access(*, account: Account, application_id: int) -> None:
    """End every token and code that an application has for people of the organisation of this account.

    Raises ApplicationNotInstalled if it has no access. Who may do this is for the caller to say.
    """
    installation = _lock_installation(account.organization_id, application_id)
    if not list_installed_applications(account.organization_id).filter(pk=application_id).exists():
        raise ApplicationNotInstalled
    end_application(organization_id=account.organization_id, application_id=application_id)
    _change(installation, InstallationStatus.UNINSTALLED, by=account)


@transaction.atomic
def revoke_own_access(*, account: Account, application_id: int) -> None:
    """End every token and code that an application has for a person.

    With the last person of an organisation the application is out of it.
    """
    installation = _lock_installation(account.organization_id, application_id)
    end_access(account.user_id, application_id=application_id)
    is_used = Application.objects.filter(_holds_tokens(account.organization_id), pk=application_id).exists()
    if installation.status == InstallationStatus.INSTALLED and not is_used:
        _change(installation, InstallationStatus.UNINSTALLED, by=account)


def list_installed_applications(organization_id: int) -> "QuerySet[Application]":
    """Return the applications that people of an organisation let in, or that hold tokens of theirs."""
    installed = Installation.objects.filter(
        organization_id=organization_id,
        application_id=OuterRef("pk"),
        status=InstallationStatus.INSTALLED,
    )
    has_access = Q(Exists(installed)) | _holds_tokens(organization_id)
    return Application.objects.filter(has_access).order_by("name", "pk")


def _holds_tokens(organization_id: int) -> Q:
    of_ours = {"user__account__organization_id": organization_id, "application_id": OuterRef("pk")}
    tokens = AccessToken.objects.filter(**of_ours, expires__gt=clock.now())
    refresh_tokens = RefreshToken.objects.filter(**of_ours, revoked=None)
    return Q(Exists(tokens)) | Q(Exists(refresh_tokens))


def _lock_installation(organization_id: int, application_id: int) -> Installation:
    """Return the row of the two, locked; it is made when it is asked for first."""
    ours = {"organization_id": organization_id, "application_id": application_id}
    Installation.objects.bulk_create([Installation(**ours)], ignore_conflicts=True)
    return Installation.objects.select_for_update().get(**ours)


def _change(installation: Installation, status: InstallationStatus, *, by: Account) -> None:
    installation.status, installation.changed_at = status, clock.now()
    installation.event_count += 1
    installation.save(update_fields=["status", "changed_at", "event_count"])
    write_events([_describe(installation, by)])


def _describe(installation: Installation, account: Account) -> NewEvent:
    application = installation.application
    snapshot = {
        "status": installation.status,
        "application": application.client_id,
        "organization": str(account.organization.public_id),
        "account": str(account.public_id),
    }
    return NewEvent(
        type=name_event(ObjectType.INSTALLATION, VERBS[InstallationStatus(installation.status)]),
        object_type=ObjectType.INSTALLATION,
        object_id=installation.public_id,
        sequence=installation.event_count,
        application_id=application.pk,
        organization_id=application.organization_id,
        buyer_id=installation.organization_id,
        livemode=not TestBuyer.objects.filter(pk=installation.organization_id).exists(),
        occurred_at=installation.changed_at,
        snapshot=write_snapshot(snapshot),
    )
