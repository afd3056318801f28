"""Roles of staff, as migrations make them: groups of permissions that operators may change afterwards."""

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions


def make_roles(apps: Any, roles: Mapping[str, Collection[str]]) -> None:
    """Make the groups that are not there yet, with permissions named app.codename.

    A group that has the name already is an operator's own, and stays as it is.
    """
    groups = apps.get_model("auth", "Group").objects
    for name, permissions in roles.items():
        if not groups.filter(name__iexact=name).exists():
            groups.create(name=name).permissions.set(_find(apps, permissions))


def extend_role(apps: Any, name: str, *, as_made: Collection[str], by: Collection[str]) -> None:
    """Give a role the permissions of a later version, if nobody has changed it since it was made."""
    group = apps.get_model("auth", "Group").objects.filter(name=name).first()
    has = {_write(each) for each in group.permissions.select_related("content_type")} if group else set()
    if group is not None and has == {*as_made}:
        group.permissions.add(*_find(apps, by))


def _find(apps: Any, names: Collection[str]) -> list[Any]:
    """Return permissions, which Django makes only after the last migration. Raises LookupError."""
    for label in sorted({name.partition(".")[0] for name in names}):
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.select_related("content_type")
    found = {_write(each): each for each in permissions}
    return [found[name] for name in names]


def _write(permission: Any) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
