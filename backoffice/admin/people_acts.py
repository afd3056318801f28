"""Acts of who administers staff: roles, sessions, and second factors that are lost."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from unfold.widgets import UnfoldBooleanSwitchWidget

from access.open_sessions import list_sessions
from access.second_factors.factors import has_factor
from access.staff import change_staff_roles, end_sessions_of, reset_factors
from backoffice.admin.acts import Act, ReasonForm
from backoffice.roles_page import link_to_roles
from customers.models import Account


class RolesForm(ReasonForm):
    """Whether somebody is of the staff, with which roles, and why."""

    is_staff = forms.BooleanField(
        label="May log in to the admin", required=False, widget=UnfoldBooleanSwitchWidget
    )
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("is_staff", "roles", "reason")

    def __init__(self, *args: Any, subject: User, **kwargs: Any) -> None:
        initial = {"is_staff": subject.is_staff, "roles": list(subject.groups.all())}
        super().__init__(*args, subject=subject, initial=initial, **kwargs)
        self.fields["roles"].help_text = link_to_roles()

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        said = self.cleaned_data
        pks = sorted(group.pk for group in said["roles"])
        return {**super().list_arguments(), "is_staff": said["is_staff"], "roles": pks}

    def describe(self) -> str:
        """Return what it was, what it is now, and why."""
        before = _write(self.subject.is_staff, self.initial["roles"])
        return f"{before} -> {_write(self.cleaned_data['is_staff'], self.cleaned_data['roles'])}. " + (
            super().describe()
        )


def _write(is_staff: bool, roles: Any) -> str:
    return ", ".join(sorted(group.name for group in roles)) or "no role" if is_staff else "no staff"


def _explain_roles(user: User) -> list[str]:
    return [
        f"{user} is {_write(user.is_staff, user.groups.all())} now.",
        "Roles add up. Permissions that a superuser gave besides stay as they are.",
        "Who is no longer of the staff is logged out at once and has no role.",
    ]


CHANGE_ROLES = Act(
    name="change_roles",
    title="Change roles",
    done="The roles are changed.",
    pointless="It is the log-in of a buyer or seller, whose roles are those of the account.",
    applies=lambda user: not Account.objects.filter(user=user.pk).exists(),
    explain=_explain_roles,
    run=change_staff_roles,
    form=RolesForm,
    by_user=True,
    needs_factor=True,
)
END_SESSIONS = Act(
    name="end_sessions",
    title="Log out everywhere",
    done="All sessions are ended.",
    pointless="",
    applies=lambda user: True,
    explain=lambda user: [
        f"{len(list_sessions(user.pk))} open sessions end at once, and the access of apps ends, too.",
        "The password and second factors stay: who has them can log in again.",
    ],
    run=end_sessions_of,
    by_user=True,
    needs_factor=True,
    variant="danger",
)
RESET_FACTORS = Act(
    name="reset_factors",
    title="Take second factors away",
    done="The second factors are gone. The next log-in takes the password alone.",
    pointless="There is no second factor.",
    applies=lambda user: has_factor(user.pk),
    explain=lambda user: [
        "For who has lost the device and the recovery codes. Make sure that it is the person who asks: "
        "speak to them, and do not rely on a mail.",
        "Authenticator app, passkeys and recovery codes are forgotten, and all sessions end.",
        "Until a new one is added, the password alone opens the log-in.",
    ],
    run=reset_factors,
    by_user=True,
    needs_factor=True,
    variant="danger",
)
ACTS = (CHANGE_ROLES, END_SESSIONS, RESET_FACTORS)
