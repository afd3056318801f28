"""The approval of applications: a seller submits one, the operator approves or refuses it."""

import hashlib

from django.db import transaction
from django_fsm import TransitionNotAllowed

from access.applications import REVIEWED, lock_application, record_act
from core.errors import InvalidField
from core.texts import check_text
from customers.errors import ApplicationIncomplete, SubmissionChanged, WrongReviewState
from customers.models import MAX_REASON, Application, ApplicationAct


def submit_application(application_id: int, *, actor: str) -> Application:
    """Ask the operator for approval; buyers must be able to come back somewhere.

    Raises ApplicationIncomplete, WrongReviewState, ApplicationNotFound.
    """
    return _move(application_id, ApplicationAct.SUBMITTED, actor=actor)


def take_application_back(application_id: int, *, actor: str) -> Application:
    """Take it back to be changed, before it is decided. Raises WrongReviewState, ApplicationNotFound."""
    return _move(application_id, ApplicationAct.TAKEN_BACK, actor=actor)


def name_submission(application: Application) -> str:
    """Return a short name of what is reviewed, which differs as soon as any of it does."""
    said = [getattr(application, name) for name in REVIEWED]
    return hashlib.sha256(repr(said).encode()).hexdigest()


@transaction.atomic
def approve_application(
    application_id: int, *, actor: str, reason: str = "", seen: str | None = None
) -> Application:
    """Let it sell for real money; the seller is mailed.

    `seen` is `name_submission` of what somebody looked at: a seller may take it back, change it and submit it
    again meanwhile. Raises SubmissionChanged, WrongReviewState, ApplicationNotFound, InvalidField.
    """
    if seen is not None and name_submission(lock_application(application_id)) != seen:
        raise SubmissionChanged
    reason = check_text("reason", reason, MAX_REASON)
    return _move(application_id, ApplicationAct.APPROVED, actor=actor, reason=reason, is_told=False)


def refuse_application(application_id: int, *, actor: str, reason: str) -> Application:
    """Leave it in test mode; the seller is mailed the reason and may submit it again.

    Raises InvalidField, WrongReviewState, ApplicationNotFound.
    """
    reason = check_text("reason", reason, MAX_REASON)
    if not reason:
        raise InvalidField("reason", "must not be empty")
    return _move(application_id, ApplicationAct.REFUSED, actor=actor, reason=reason, is_told=False)


@transaction.atomic
def _move(
    application_id: int, act: ApplicationAct, *, actor: str, reason: str = "", is_told: bool = True
) -> Application:
    application = lock_application(application_id)
    moves = {
        ApplicationAct.SUBMITTED: application.submit,
        ApplicationAct.TAKEN_BACK: application.take_back,
        ApplicationAct.APPROVED: application.approve,
        ApplicationAct.REFUSED: application.refuse,
    }
    if act == ApplicationAct.SUBMITTED:
        _require_complete(application)
    try:
        moves[act]()
    except TransitionNotAllowed:
        raise WrongReviewState from None
    application.save(update_fields=["review_status", "updated"])
    record_act(application, act, actor=actor, reason=reason, is_told=is_told)
    return application


def _require_complete(application: Application) -> None:
    """Refuse an app that nobody could buy from."""
    if not (application.products and application.redirect_uris):
        raise ApplicationIncomplete
