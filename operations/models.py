"""What the look of each minute found: one row for each invariant that it checks."""

from django.db import models


class InvariantLook(models.Model):
    """The last look at an invariant, and since when it is broken.

    Of what is only ever added, database transactions up to before `seen_xact` were looked at and are sound.
    """

    invariant = models.CharField(max_length=12, unique=True)
    sentence = models.CharField(max_length=255)
    looked_at = models.DateTimeField()
    seen_xact = models.BigIntegerField()
    broken_rows = models.PositiveIntegerField(default=0, help_text="How many rows break it; 21 for more.")
    broken_since = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "invariant"
        constraints = [
            models.CheckConstraint(
                name="broken_since_an_instant",
                condition=models.Q(broken_rows=0, broken_since=None)
                | models.Q(broken_rows__gt=0, broken_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invariant}: {self.sentence}"
