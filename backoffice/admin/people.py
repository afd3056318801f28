"""Admin pages of staff users and groups: who may do what is for superusers to say."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from unfold.enums import ActionVariant
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from access.oauth.access_tokens import end_access
from access.open_sessions import end_sessions
from access.second_factors.mails import ADMINISTER_STAFF
from access.user_names import normalize_user_name
from backoffice.admin.acts import ActPages, button
from backoffice.admin.base import BillingAdmin, is_superuser
from backoffice.admin.people_acts import ACTS, CHANGE_ROLES, END_SESSIONS, RESET_FACTORS
from backoffice.log_in.second_factor import ask_anew
from backoffice.roles import list_offered
from backoffice.roles_page import link_to_roles
from customers.models import STAFF_HAS_NO_ACCOUNT, Account
from payouts.directing import note_log_in

for model in (User, Group):
    admin.site.unregister(model)


PERSONAL = ("username", "first_name", "last_name", "email")
LOG_IN = ("username", "email", "is_active")
STAFF = ("is_staff", "is_superuser")
SHOWN = ("is_staff", "is_superuser", "last_login", "date_joined")


class PermissionsOfThisSite:
    """Offers the permissions that let people do something here: few enough for one form to carry."""

    form_needs_factor = True

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Narrow the choice of permissions."""
        field = super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]
        if isinstance(field, forms.ModelMultipleChoiceField) and db_field.related_model is Permission:
            field.help_text = "Beside those of the groups, for this person alone. Better give a group."
            field.queryset = Permission.objects.filter(list_offered()).select_related("content_type")
        if field is not None and db_field.name == "groups":
            field.help_text = link_to_roles()
        return field


class UserNameField(UsernameField):
    """Takes an e-mail as the log-in pages look for it."""

    def to_python(self, value: Any) -> Any:
        """Return the name as it is stored."""
        return normalize_user_name(super().to_python(value) or "")


class NewUserForm(UserCreationForm):
    """Somebody who may log in."""

    class Meta(UserCreationForm.Meta):
        field_classes = {"username": UserNameField}


class NewPersonForm(forms.ModelForm):
    """Somebody who may log in once a superuser has set a password: who sets it could act in their name."""

    class Meta:
        model = User
        fields = PERSONAL
        field_classes = {"username": UserNameField}

    def save(self, commit: bool = True) -> User:
        """Keep the person without a password."""
        self.instance.set_unusable_password()
        person: User = super().save(commit)
        return person


class UserForm(UserChangeForm):
    """What may be changed of them."""

    class Meta(UserChangeForm.Meta):
        field_classes = {"username": UserNameField}

    def clean(self) -> dict[str, Any]:
        """Refuse to make staff of an account. Raises ValidationError."""
        said = super().clean() or self.cleaned_data
        is_staff = said.get("is_staff") or said.get("is_superuser")
        if is_staff and Account.objects.filter(user_id=self.instance.pk).exists():
            raise forms.ValidationError(f"{self.instance} has an account: {STAFF_HAS_NO_ACCOUNT}.")
        return said


class PasswordForm(AdminPasswordChangeForm):
    """A new password for somebody, or none."""

    def save(self, commit: bool = True) -> User:
        """Keep it; without one, too, nothing that was granted before goes on."""
        changed: User = super().save(commit)
        if not changed.has_usable_password():
            end_access(changed.pk)
        return changed


def _is_erased(obj: Model | None) -> bool:
    return isinstance(obj, User) and Account.objects.filter(user=obj, erased_at__isnull=False).exists()


@admin.register(User)
class UserAdmin(PermissionsOfThisSite, ActPages, DjangoUserAdmin):  # type: ignore[misc]
    """Log-ins of staff, and of accounts, by a form that needs a second factor.

    Superusers alone change staff, permissions and passwords of others; whoever else may change users changes
    the names of people who are no staff, and switches them on and off.
    """

    grants = BillingAdmin.grants
    acts = ACTS
    actions_detail = ("change_roles", "end_sessions", "reset_factors")
    change_roles = button(CHANGE_ROLES, needs="administer")
    end_sessions = button(END_SESSIONS, needs="administer", variant=ActionVariant.DANGER)
    reset_factors = button(RESET_FACTORS, needs="administer", variant=ActionVariant.DANGER)
    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    add_fieldsets = DjangoUserAdmin.add_fieldsets
    list_display = ("username", "email", "is_staff", "is_superuser", "is_active")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_help_text = "Part of the user name or e-mail"

    def find(self, term: str) -> Q:
        """Find by user name or e-mail."""
        return Q(username__icontains=term) | Q(email__icontains=term)

    def list_facts(self, subject: User) -> list[str]:
        """Return who it is."""
        return [subject.get_username(), subject.get_full_name() or subject.email]

    def has_administer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say whether this person may administer staff; nobody does it to himself."""
        return str(object_id) != str(request.user.pk) and request.user.has_perm(ADMINISTER_STAFF)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let people be registered."""
        return BillingAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep staff from changing staff, and everybody from changing who was erased."""
        is_staff = isinstance(obj, User) and (obj.is_staff or obj.is_superuser)
        allowed: bool = BillingAdmin.has_change_permission(self, request, obj)
        return allowed and (is_superuser(request) or not is_staff) and not _is_erased(obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave out passwords and permissions for others than superusers."""
        if is_superuser(request):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": (*PERSONAL, "is_active", *SHOWN) if obj else PERSONAL})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Show others than superusers who is staff."""
        return () if is_superuser(request) else SHOWN

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; new people have a password from the beginning if a superuser adds them."""
        if obj is None and not is_superuser(request):
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Keep what was said; who decides how another one logs in could act in that name, and is noted.

        Sessions were begun by the rules for who is staff, or for who is not, and end with that.
        """
        super().save_model(request, obj, form, change)
        if not change or {*LOG_IN} & {*form.changed_data}:
            note_log_in(obj, request.user)  # type: ignore[arg-type]
        if change and {*STAFF} & {*form.changed_data}:
            is_own = obj.pk == request.user.pk
            end_sessions(obj.pk, but=request.session.session_key if is_own else None)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Set the password of somebody. Raises PermissionDenied for others than superusers."""
        if not is_superuser(request) or _is_erased(User.objects.filter(pk=id).first()):
            raise PermissionDenied
        if way := ask_anew(request):
            return way
        with transaction.atomic():
            before = User.objects.filter(pk=id).first()
            response: HttpResponse = super().user_change_password(request, id, form_url)
            if before is not None and not User.objects.filter(pk=id, password=before.password).exists():
                note_log_in(before, request.user)  # type: ignore[arg-type]
        return response

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Return what the log keeps; a password that is taken away is told from a new one."""
        if isinstance(form, PasswordForm) and not form.user.has_usable_password():
            return "password taken away"
        return super().construct_change_message(request, form, formsets, add)


@admin.register(Group)
class GroupAdmin(PermissionsOfThisSite, BillingAdmin, DjangoGroupAdmin):  # type: ignore[misc]
    """Roles of staff; superusers alone make and change them."""

    grants = ("view",)

    def find(self, term: str) -> Q:
        """Find by name."""
        return Q(name__icontains=term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Keep staff from making permissions for themselves."""
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Keep staff from widening their own permissions."""
        return is_superuser(request)
