"""The files of a paper: made when they are first asked for, then kept and handed out byte for byte."""

import hashlib

from invoicing.models import FileFormat, PaperFile, TaxPaper


def get_file(paper: TaxPaper, form: FileFormat) -> bytes:
    """Return a file of a paper; whoever asks first makes it, and what was kept first stays."""
    kept = PaperFile.objects.filter(paper=paper, format=form).first()
    if kept is None:
        content = _make(paper, form)
        new = PaperFile(paper=paper, format=form, content=content, sha256=hashlib.sha256(content).hexdigest())
        PaperFile.objects.bulk_create([new], ignore_conflicts=True)
        kept = PaperFile.objects.get(paper=paper, format=form)
    return bytes(kept.content)


def _make(paper: TaxPaper, form: FileFormat) -> bytes:
    # Not before a file is made: their libraries take long to load, and much memory.
    from invoicing.files.pdf import write_pdf
    from invoicing.files.xml import write_xml

    if form == FileFormat.XML:
        return write_xml(paper)
    return write_pdf(paper, xml=get_file(paper, FileFormat.XML))
