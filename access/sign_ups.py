"""Sellers that sign up by themselves: what they say, the link that proves their address, the operator's word.

The setting SELLER_SIGN_UP says who may. Whether an address has an account is seen by nobody but its owner.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from access.log_in_limits import check_password_of, count_sign_up, refuse_sign_ups
from access.members import record_member
from access.models import SignUp, SignUpStatus
from access.new_accounts import check_email, check_organization, hash_new_password, make_account
from access.row_tokens import SIGN_UP, read_token
from core import clock
from core.errors import InvalidField
from core.texts import check_text
from customers.errors import SignUpClosed, SignUpDecided, SignUpNotFound
from customers.models import MAX_REASON, Role

OPEN, APPROVAL = "open", "approval"
NOBODY = "nobody: SELLER_SIGN_UP=open"  # Who let sellers in where nobody has to.
VALID_FOR = timedelta(hours=24)
MOST_MAILS, MAILS_WITHIN = 3, timedelta(minutes=10)
KEPT = timedelta(days=7)


def ask_to_sign_up(
    *, email: str, password: str, organization_name: str, country: str, address: str
) -> SignUp:
    """Keep what somebody wants to sign up as and have a link mailed, to an address with an account as well.

    To one e-mail three links are mailed in ten minutes at most; what is asked for beyond is not kept.
    `address` is that of the network: one that signs up often has to wait. Raises SignUpClosed, InvalidField,
    TooManyFailures.
    """
    require_sign_up()
    email, organization = (
        check_email(email),
        check_organization(organization_name=organization_name, country=country),
    )
    refuse_sign_ups(address)
    hashed = hash_new_password(password, email=email)
    count_sign_up(address)
    sign_up = SignUp(email=email, organization_name=organization.name, country=country, password=hashed)
    lately = SignUp.objects.filter(email=email, created_at__gt=clock.now() - MAILS_WITHIN)
    if lately.count() < MOST_MAILS:
        sign_up.save()
    return sign_up


def find_sign_up(token: str) -> SignUp:
    """Return the sign-up that a mailed link is for. Raises SignUpNotFound when it is old or not ours."""
    public_id = read_token(SIGN_UP, token)
    found = SignUp.objects.filter(public_id=public_id).first() if public_id else None
    if found is None:
        raise SignUpNotFound
    is_old = clock.now() > found.created_at + VALID_FOR
    if found.status == SignUpStatus.REFUSED or (is_old and found.status == SignUpStatus.MAILED):
        raise SignUpNotFound
    return found


def confirm_sign_up(token: str, *, password: str, address: str, is_same_browser: bool) -> SignUp:
    """Take the address for proved; where nobody has to approve, make organisation and account.

    Another browser than the one that signed up gives the password again: else somebody could sign up with the
    address of another, who presses the button. A second time changes nothing. Raises SignUpNotFound,
    SignUpClosed, AddressTaken, NotAuthenticated, TooManyFailures.
    """
    sign_up = find_sign_up(token)
    if not is_same_browser:
        _require_password(sign_up, password, address)
    with transaction.atomic():
        sign_up = _lock(sign_up.pk)
        if sign_up.status != SignUpStatus.MAILED:
            return sign_up
        require_sign_up()
        sign_up.status, sign_up.confirmed_at = SignUpStatus.CONFIRMED, clock.now()
        if settings.SELLER_SIGN_UP == OPEN:
            _let_in(sign_up, actor=NOBODY)
        sign_up.save()
    return sign_up


@transaction.atomic
def approve_sign_up(sign_up_id: int, *, actor: str, reason: str = "") -> SignUp:
    """Make organisation and account; the seller is mailed. Raises SignUpDecided, AddressTaken."""
    sign_up = _lock_undecided(sign_up_id)
    sign_up.reason, sign_up.is_told = check_text("reason", reason, MAX_REASON), False
    _let_in(sign_up, actor=actor)
    sign_up.save()
    return sign_up


@transaction.atomic
def refuse_sign_up(sign_up_id: int, *, actor: str, reason: str) -> SignUp:
    """Let nobody in; the seller is mailed the reason. Raises SignUpDecided, InvalidField."""
    sign_up = _lock_undecided(sign_up_id)
    sign_up.reason = check_text("reason", reason, MAX_REASON)
    if not sign_up.reason:
        raise InvalidField("reason", "must not be empty")
    sign_up.status, sign_up.password, sign_up.is_told = SignUpStatus.REFUSED, "", False
    sign_up.decided_by, sign_up.decided_at = actor, clock.now()
    sign_up.save()
    return sign_up


def takes_sign_ups() -> bool:
    """Say whether everybody may ask to be let in as a seller."""
    return settings.SELLER_SIGN_UP in (OPEN, APPROVAL)


def require_sign_up() -> None:
    """Raise SignUpClosed where nobody can sign up without an invitation."""
    if not takes_sign_ups():
        raise SignUpClosed


def purge_sign_ups() -> int:
    """Forget sign-ups whose address was not proved within a week; return how many."""
    old = SignUp.objects.filter(status=SignUpStatus.MAILED, created_at__lt=clock.now() - KEPT)
    return old.delete()[0]


def _let_in(sign_up: SignUp, *, actor: str) -> None:
    organization = check_organization(organization_name=sign_up.organization_name, country=sign_up.country)
    organization.save()
    account = make_account(
        organization=organization,
        email=sign_up.email,
        password_hash=sign_up.password,
        roles=[*Role],
    )
    record_member(account, before=[], actor=actor)
    sign_up.account, sign_up.password, sign_up.status = account, "", SignUpStatus.DONE
    sign_up.decided_by, sign_up.decided_at = actor, clock.now()


def _require_password(sign_up: SignUp, password: str, address: str) -> None:
    """Raise NotAuthenticated for another password, TooManyFailures after many."""
    check_password_of(
        name=f"sign-up {sign_up.public_id}",
        address=address,
        verify=lambda: sign_up if check_password(password, sign_up.password) else None,
    )


def _lock(sign_up_id: int) -> SignUp:
    return SignUp.objects.select_for_update().get(pk=sign_up_id)


def _lock_undecided(sign_up_id: int) -> SignUp:
    sign_up = _lock(sign_up_id)
    if sign_up.status != SignUpStatus.CONFIRMED:
        raise SignUpDecided
    return sign_up
