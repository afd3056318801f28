"""Files of tax papers: kept as they were first handed out, with their fingerprints."""

from django.db import models
from django.db.models import F, Q

from core import clock
from core.kept_rows import append_only
from invoicing.models.papers import TaxPaper

HASH_OF_CONTENT = models.Func(
    models.Func(F("content"), function="sha256", output_field=models.BinaryField()),
    models.Value("hex"),
    function="encode",
    output_field=models.CharField(),
)


class FileFormat(models.TextChoices):
    """What a file is."""

    PDF = "pdf", "PDF"
    XML = "xml", "Structured invoice (EN 16931)"


class PaperFile(models.Model):
    """A file of a paper. Once made it is handed out again and again, byte for byte."""

    paper = models.ForeignKey(TaxPaper, models.PROTECT, related_name="files", db_index=False)
    format = models.CharField(max_length=3, choices=FileFormat.choices)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_file_a_format", fields=["paper", "format"]),
            models.CheckConstraint(
                name="a_file_has_its_fingerprint",
                condition=Q(sha256=HASH_OF_CONTENT),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.paper_id}.{self.format}"
