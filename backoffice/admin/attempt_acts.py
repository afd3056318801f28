"""Staff acts on attempts: deciding about one whose answers contradict each other."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from approvals.models import Approval
from backoffice.admin.acts import Act, ReasonForm
from backoffice.review_presenters import explain_review, preview_review, tell_review
from charges.attempt_review.asking import Said, ask_processor
from charges.attempt_review.decide import MAX_REFERENCE, review_attempt
from charges.models import Attempt, AttemptReview, AttemptState, ReviewOutcome
from testmode.clocks import stand_on_clock_of


class ReviewForm(ReasonForm):
    """What somebody found out, under which name the processor has it, and why they think so."""

    outcome = forms.ChoiceField(
        label="What has happened",
        choices=[("", "Choose what you found out"), *ReviewOutcome.choices],
        widget=UnfoldAdminSelectWidget,
    )
    reference = forms.CharField(
        required=False,
        max_length=MAX_REFERENCE,
        label="Processor's reference",
        widget=UnfoldAdminTextInputWidget,
        help_text="Needed when the money has moved: the name of the payment in the processor's own pages.",
    )
    field_order = ("outcome", "reference", "reason")

    def clean(self) -> dict[str, Any]:
        """Refuse money that has moved without its name at the processor."""
        said = super().clean() or {}
        if said.get("outcome") == ReviewOutcome.CAPTURED and not said.get("reference"):
            self.add_error("reference", "Without the processor's name of it, nothing counts as moved.")
        return said

    def list_arguments(self) -> dict[str, Any]:
        """Return what the service is called with."""
        outcome = ReviewOutcome(self.cleaned_data["outcome"])
        return super().list_arguments() | {
            "outcome": outcome,
            "reference": self.cleaned_data["reference"] if outcome == ReviewOutcome.CAPTURED else "",
        }

    def describe(self) -> str:
        """Return what was found out, and why."""
        return f"{ReviewOutcome(self.cleaned_data['outcome']).label}. {super().describe()}"


def settle(
    pk: int, *, user: User, reason: str, outcome: ReviewOutcome, reference: str, said: Said
) -> AttemptReview | Approval:
    """Record what was found out, or ask a second person."""
    attempt = Attempt.objects.select_related("charge").get(pk=pk)
    with stand_on_clock_of(attempt.charge):
        return review_attempt(
            attempt_id=pk, outcome=outcome, reference=reference, reason=reason, said=said, requested_by=user
        )


SETTLE = Act(
    name="settle",
    title="Settle",
    done=tell_review,
    pointless="Nothing about this attempt waits for a person.",
    applies=lambda attempt: attempt.state == AttemptState.NEEDS_REVIEW,
    explain=explain_review,
    run=settle,
    form=ReviewForm,
    variant="danger",
    preview=preview_review,
    by_user=True,
    gather=lambda attempt: {"said": ask_processor(attempt.pk)},
    needs_factor=True,
)
ACTS = (SETTLE,)
