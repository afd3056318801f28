"""List the models of this project by package."""

from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import models


def list_packages() -> dict[str, list[type[models.Model]]]:
    """Return the models that each of our packages declares, proxies too, in the order of their names."""
    ours = [config for config in apps.get_app_configs() if is_ours(config)]
    found = {config.label: sorted(config.get_models(), key=lambda model: model.__name__) for config in ours}
    return {label: found[label] for label in sorted(found) if found[label]}


def is_ours(config: AppConfig) -> bool:
    """Say whether an app is a package of this checkout."""
    return Path(config.path).parent == settings.BASE_DIR
