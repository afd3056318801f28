"""Models of past migrations, made in less time: `migrate` makes them by the thousand."""

import inspect
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from typing import Any

import django_fsm
from django.apps.registry import Apps
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field, Model
from django.db.models.signals import ModelSignal
from django.utils.functional import cached_property

# What a migration reads from the state itself; no other model knows of them.
OWN_OPTIONS = ("indexes", "constraints", "triggers")
clone_field = Field.clone
render_model = ModelState.render
reload_model = ProjectState.reload_model


class Unheard(ModelSignal):
    """A signal that keeps no receiver."""

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


@contextmanager
def quick_past_models() -> Iterator[None]:
    """Within the block, make no model of which nothing but its indexes, constraints or triggers has changed.

    Django makes it anew, and each that has to do with it. Fields are copied; Django would write down how each
    is made and make it so. Nor does a field look for transitions: django-fsm lets each state look at every
    model that is made later, and keeps them all for that.
    """
    fields: Any = Field
    models: Any = ModelState
    projects: Any = ProjectState
    told = django_fsm.class_prepared
    django_fsm.class_prepared = Unheard()
    fields.clone, models.render, projects.reload_model = _clone, _render, _reload
    try:
        yield
    finally:
        fields.clone, models.render, projects.reload_model = clone_field, render_model, reload_model
        django_fsm.class_prepared = told


def _clone(field: Any) -> Any:
    """Copy a field that no model has yet; it may share with its copy what nobody changes."""
    if hasattr(field, "model") or hasattr(field, "base_field"):
        return clone_field(field)
    copied = _copy_forgetting(field)
    if copied.remote_field:
        copied.remote_field = _copy_forgetting(field.remote_field)
        copied.remote_field.field = copied
    if copied.creation_counter >= 0:  # Django makes the others itself. Fields are in the order of this.
        copied.creation_counter = Field.creation_counter
        Field.creation_counter += 1
    return copied


def _copy_forgetting(original: Any) -> Any:
    """Copy what was made, without what was found out since: that may tell of the original."""
    copied, kind = copy(original), original.__class__
    for name in _list_cached(kind) & vars(copied).keys():
        del vars(copied)[name]
    return copied


@cache
def _list_cached(kind: Hashable) -> frozenset[str]:
    return frozenset(name for name, _ in inspect.getmembers_static(kind, _is_cached))


def _is_cached(value: object) -> bool:
    return isinstance(value, cached_property)


def _render(state: ModelState, apps: Apps) -> type[Model]:
    model: Any = render_model(state, apps)
    model.made_of = _describe(state)
    return model


def _reload(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in vars(state):
        return
    changed = state.models[app_label, model_name.lower()] if delay else None
    model: Any = state.apps.all_models[app_label].get(model_name.lower())
    if changed is None or getattr(model, "made_of", None) != _describe(changed):
        reload_model(state, app_label, model_name, delay)
        return
    for name in OWN_OPTIONS:
        setattr(model._meta, name, list(changed.options.get(name, [])))


def _describe(state: ModelState) -> tuple[Any, ...]:
    options = {name: value for name, value in state.options.items() if name not in OWN_OPTIONS}
    return dict(state.fields), options, state.bases, list(state.managers)
