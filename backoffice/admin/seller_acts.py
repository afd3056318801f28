"""Staff acts on sign-ups and applications of sellers: each asks for a reason and calls one service."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from access.application_review import approve_application, name_submission, refuse_application
from access.models import SignUp, SignUpStatus
from access.sign_ups import approve_sign_up, refuse_sign_up
from backoffice.admin.acts import MAX_REASON, Act, ReasonForm
from customers.models import Application, ReviewStatus


class MailedReasonForm(ReasonForm):
    """Why not, in words that the seller reads."""

    reason = forms.CharField(
        max_length=MAX_REASON,
        widget=UnfoldAdminTextareaWidget({"autofocus": True, "rows": 3}),
        help_text="The seller is mailed these words.",
    )


class ApprovalForm(ReasonForm):
    """Why, and which application it is that was looked at: a seller may submit another under its id."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, subject: Application, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, initial={"seen": name_submission(subject)}, **kwargs)

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        return {**super().list_arguments(), "seen": self.cleaned_data["seen"]}


def _waits(application: Application) -> bool:
    return application.review_status == ReviewStatus.SUBMITTED


def _is_confirmed(sign_up: SignUp) -> bool:
    return sign_up.status == SignUpStatus.CONFIRMED


def _approve(pk: int, *, actor: str, reason: str, seen: str) -> None:
    """Approve; the reason stays in the log of the admin, and the seller is mailed no reason."""
    approve_application(pk, actor=actor, seen=seen)


def _let_in(pk: int, *, actor: str, reason: str) -> None:
    """Let the seller in; the reason stays in the log of the admin."""
    approve_sign_up(pk, actor=actor)


APPROVE_APPLICATION = Act(
    name="approve",
    title="Approve",
    done="The application sells for real money from now on; its seller is mailed.",
    pointless="The application does not wait for approval.",
    applies=_waits,
    explain=lambda app: [
        f"{app.name} of {app.organization} may make charges for real money.",
        f"Products: {', '.join(app.products)}. Scopes: {', '.join(app.allowed_scopes)}.",
        f"Commission: {app.commission_percent} %. Change it before, if it is to be another.",
    ],
    run=_approve,
    form=ApprovalForm,
    needs_factor=True,
)
REFUSE_APPLICATION = Act(
    name="refuse",
    title="Refuse",
    done="The application stays in test mode; its seller is mailed the reason.",
    pointless="The application does not wait for approval.",
    applies=_waits,
    explain=lambda app: [f"{app.name} of {app.organization} goes on with test charges alone."],
    run=refuse_application,
    form=MailedReasonForm,
    variant="danger",
)
APPROVE_SIGN_UP = Act(
    name="approve",
    title="Let in",
    done="The seller can log in and is mailed.",
    pointless="The sign-up does not wait for approval.",
    applies=_is_confirmed,
    explain=lambda sign_up: [
        f"The organisation {sign_up.organization_name} ({sign_up.country}) is made.",
        f"{sign_up.email} becomes its owner. Its applications stay in test mode until you approve them.",
    ],
    run=_let_in,
)
REFUSE_SIGN_UP = Act(
    name="refuse",
    title="Refuse",
    done="The seller is mailed the reason.",
    pointless="The sign-up does not wait for approval.",
    applies=_is_confirmed,
    explain=lambda sign_up: [f"Nothing is made of {sign_up.organization_name}."],
    run=refuse_sign_up,
    form=MailedReasonForm,
    variant="danger",
)
