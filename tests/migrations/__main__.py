"""`python -m tests.migrations`: names migrations that would stop programs of former code; for `make lint`."""

import os
import sys

import django


def main() -> int:
    """Print each migration that breaks a rule; 1 when there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    django.setup()
    from tests.migrations.reading import read_migrations
    from tests.migrations.rules import EXCEPTED, find_broken

    broken = sorted(find_broken(read_migrations()) - EXCEPTED)
    for application, name, rule in broken:
        sys.stdout.write(f"{application}.{name} {rule} (UPGRADING.md)\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
