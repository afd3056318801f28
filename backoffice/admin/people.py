"""Admin pages of staff users and groups."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from access.user_names import normalize_user_name
from backoffice.admin.base import BillingAdmin

for model in (User, Group):
    admin.site.unregister(model)


class PermissionsOfThisSite:
    """Offers the permissions that have a page here, which are few enough for one form to carry."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Narrow the choice of permissions."""
        field = super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]
        if isinstance(field, ModelMultipleChoiceField) and db_field.related_model is Permission:
            types = ContentType.objects.get_for_models(*admin.site._registry).values()
            allowed = Permission.objects.filter(content_type__in=types).exclude(
                codename__startswith="delete_"
            )
            field.queryset = allowed.select_related("content_type")
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


class UserForm(UserChangeForm):
    """What may be changed of them."""

    class Meta(UserChangeForm.Meta):
        field_classes = {"username": UserNameField}


@admin.register(User)
class UserAdmin(PermissionsOfThisSite, BillingAdmin, DjangoUserAdmin):  # type: ignore[misc]
    """Log-ins of staff, and of accounts."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    add_fieldsets = DjangoUserAdmin.add_fieldsets
    list_display = ("username", "email", "is_staff", "is_superuser", "is_active")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_help_text = "Part of the user name or e-mail"

    def find(self, term: str) -> Q:
        """Find by user name or e-mail."""
        return Q(username__icontains=term) | Q(email__icontains=term)


@admin.register(Group)
class GroupAdmin(PermissionsOfThisSite, BillingAdmin, DjangoGroupAdmin):  # type: ignore[misc]
    """Roles of staff."""

    def find(self, term: str) -> Q:
        """Find by name."""
        return Q(name__icontains=term)
