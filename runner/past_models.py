"""Models of past migrations, made in less time: `migrate` makes them by the thousand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_fsm
from django.apps.registry import Apps
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Model
from django.db.models.signals import ModelSignal

# What a migration reads from the state itself; no other model knows of them.
OWN_OPTIONS = ("indexes", "constraints", "triggers")
render_model = ModelState.render
reload_model = ProjectState.reload_model


class Unheard(ModelSignal):
    """A signal that keeps no receiver."""

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


@contextmanager
def quick_past_models() -> Iterator[None]:
    """Within the block, make no model of which nothing but its indexes, constraints or triggers has changed.

    Django makes it anew, and each that has to do with it. Nor does a field look for transitions: django-fsm
    lets each state look at every model that is made later, and keeps them all for that.
    """
    models: Any = ModelState
    projects: Any = ProjectState
    told = django_fsm.class_prepared
    django_fsm.class_prepared = Unheard()
    models.render, projects.reload_model = _render, _reload
    try:
        yield
    finally:
        models.render, projects.reload_model = render_model, reload_model
        django_fsm.class_prepared = told


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
