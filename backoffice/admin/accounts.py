"""People in organisations: account and log-in in one form, with the history that the console writes."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.enums import ActionVariant

from access.members import STAYS, complete_roles, has_other
from access.new_accounts import check_email, is_address_taken
from access.registered_members import change_member, register_member
from approvals.four_eyes import name_staff
from backoffice.admin.acts import Act, ActPages, button
from backoffice.admin.base import BillingAdmin
from backoffice.columns import brief_id, instant, link
from backoffice.search.lists import find_accounts
from core.errors import BillingError, InvalidField
from customers.errors import AddressTaken
from customers.models import ROLE_COLUMNS, STAFF_HAS_NO_ACCOUNT, Account, Role
from operations.erasure import KEPT, erase_person, is_erased, is_last_person
from payouts.directing import note_log_in

NEW_LOG_IN = (
    "Leave it empty: a log-in by this e-mail is made, however it is typed later. It has no password yet; its "
    "owner sets one by Forgotten password? on the log-in page."
)


class AccountForm(forms.ModelForm):
    """A person, the organisation, and the roles there; who has no log-in gets one."""

    class Meta:
        model = Account
        fields = ("email", "organization", "user", *ROLE_COLUMNS.values())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            self.fields["user"].required = False
            self.fields["user"].label = "Log-in"
            self.fields["user"].help_text = NEW_LOG_IN

    @property
    def roles(self) -> list[Role]:
        """The roles that are ticked; an owner has all."""
        return complete_roles([role for role, column in ROLE_COLUMNS.items() if self.cleaned_data[column]])

    def clean_email(self) -> str:
        """Return the address as accounts have it. Raises ValidationError."""
        try:
            return check_email(self.cleaned_data["email"])
        except InvalidField as refusal:
            raise forms.ValidationError(f"It {refusal}.") from None

    def clean_user(self) -> User | None:
        """Refuse a log-in of staff, who would then decide for a buyer. Raises ValidationError."""
        user: User | None = self.cleaned_data["user"]
        if user is not None and (user.is_staff or user.is_superuser):
            raise forms.ValidationError(f"{user} is staff: {STAFF_HAS_NO_ACCOUNT}.")
        return user

    def clean(self) -> dict[str, Any]:
        """Refuse an e-mail that is taken, and the end of the last owner. Raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if self.errors:
            return said
        if self.instance.pk is None and said["user"] is None and is_address_taken(said["email"]):
            raise forms.ValidationError({"email": str(AddressTaken())})
        for role, refusal in STAYS.items():
            is_taken = role in self.before and role not in self.roles
            if is_taken and not has_other(role, self.instance):
                raise forms.ValidationError({ROLE_COLUMNS[role]: str(refusal())})
        return said

    @property
    def before(self) -> list[Role]:
        """The roles so far."""
        columns = ROLE_COLUMNS.items() if self.instance.pk else ()
        return [role for role, column in columns if self.initial[column]]


def _explain_erasing(account: Account) -> list[str]:
    last = (
        "Nobody else of the organisation can log in: its address and the holders of its cards go, too.",
        "The processor is told to forget its cards. Have it erase its own record of the buyer as well.",
    )
    return [
        "This cannot be undone. The e-mail becomes a code, the names are blanked, and the log-in is closed.",
        "Sessions, access of apps, mails, invitations, sign-ups, and wrong passwords are forgotten.",
        "Apps that name the person as their author name a colleague, if there is one.",
        *(last if is_last_person(account) else ()),
        *(f"Stays: {sentence[:1].lower()}{sentence[1:]}" for sentence in KEPT),
    ]


ERASE = Act(
    name="erase",
    title="Erase this person",
    done="The person is erased.",
    pointless="The person is erased already.",
    applies=lambda account: not is_erased(account),
    explain=_explain_erasing,
    run=erase_person,
    variant="danger",
    needs_factor=True,
)


@admin.register(Account)
class AccountAdmin(ActPages):
    """People in organisations, by a form that needs a second factor: it gives people log-ins."""

    form_needs_factor = True
    grants = BillingAdmin.grants
    acts = (ERASE,)
    actions_detail = ("erase",)
    erase = button(ERASE, needs="erase", variant=ActionVariant.DANGER)
    form = AccountForm
    created = instant("created_at", "created")
    organization_link = link("organization", "organisation")
    short_id = brief_id()
    list_display = ("email", "organization_link", "has_billing_role", "created", "short_id")
    list_select_related = ("organization",)
    list_filter = ("has_billing_role",)
    linked_filters = ("organization__id__exact",)
    search_fields = ("email",)
    search_help_text = "E-mail, account id or organisation"
    autocomplete_fields = ("organization", "user")
    filled_in = ("organization",)
    fields = ("email", "organization", "user", *ROLE_COLUMNS.values(), "public_id", "created")

    def find(self, term: str) -> Q:
        """Find by e-mail, id or organisation."""
        return find_accounts(term)

    def list_facts(self, subject: Account) -> list[str]:
        """Return who it is."""
        return [subject.email, str(subject.organization), str(subject.public_id)]

    def has_erase_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may erase others."""
        return request.user.has_perm("customers.erase_account")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let people be registered."""
        return BillingAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Leave those who were erased as they are."""
        is_gone = isinstance(obj, Account) and is_erased(obj)
        return not is_gone and BillingAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """An account does not change hands: its charges stay with its organisation."""
        return ("public_id", "created", *(("organization", "user") if obj else ()))

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        """Keep the account by the service that writes its history.

        Who says whose log-in it is, or what may be done by it, could act in that name, and is noted.
        """
        said = {"email": form.cleaned_data["email"], "roles": form.roles}
        actor = name_staff(request.user)  # type: ignore[arg-type]
        if change:
            kept = change_member(obj.pk, actor=actor, **said)
        else:
            organization, user = form.cleaned_data["organization"], form.cleaned_data["user"]
            kept = register_member(organization=organization, user=user, actor=actor, **said)
        if not change or form.changed_data:
            note_log_in(kept.user, request.user)  # type: ignore[arg-type]
        obj.__dict__.update(kept.__dict__)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or keep the form; what became impossible in the meantime is said."""
        try:
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except BillingError as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())
        return response
