"""A printed paper with its structured invoice in it: PDF/A-3b, as Factur-X asks for.

The printed paper embeds its fonts already. Here come the profile of its colours, the metadata, and the file.
The metadata are those of the library factur-x, but all times are that of the paper.
"""

import hashlib
from functools import cache
from io import BytesIO

from facturx.facturx import generate_xmp_object
from lxml import etree
from PIL import ImageCms
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from invoicing.files.xml import keep_text
from invoicing.models import TaxPaper

EMBEDDED = "factur-x.xml"
PRODUCER = "pypdf"
CREATOR = "reportlab, pypdf, factur-x"
NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
DATE_OF_PROFILE = slice(24, 36)  # When it was made: the one thing in it that differs from run to run.
PACKET = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{}\n<?xpacket end="w"?>'


def join_files(printed: bytes, xml: bytes, paper: TaxPaper) -> bytes:
    """Return both as one PDF, the same for the same paper."""
    writer = PdfWriter(clone_from=BytesIO(printed))
    _attach(writer, xml, paper)
    writer.pdf_header = "%PDF-1.7"
    metadata = DecodedStreamObject()
    metadata.update(_name({"/Type": "/Metadata", "/Subtype": "/XML"}))
    metadata.set_data(_write_metadata(paper))
    writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    writer.root_object[NameObject("/OutputIntents")] = ArrayObject([_describe_colours(writer)])
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")
    writer.metadata = _list_facts(paper)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _attach(writer: PdfWriter, xml: bytes, paper: TaxPaper) -> None:
    file = writer.add_attachment(EMBEDDED, xml)
    file.pdf_object[NameObject("/UF")] = TextStringObject(EMBEDDED)
    file.pdf_object[NameObject("/Desc")] = TextStringObject("Structured invoice of EN 16931")
    file.subtype = NameObject("/text/xml")
    file.associated_file_relationship = NameObject("/Alternative")
    file.size = NumberObject(len(xml))
    file.checksum = ByteStringObject(hashlib.md5(xml, usedforsecurity=False).digest())
    file.creation_date = file.modification_date = paper.issued_at
    writer.root_object[NameObject("/AF")] = ArrayObject([file.pdf_object.indirect_reference])


def _list_facts(paper: TaxPaper) -> dict[str, str]:
    """Return what the older kind of metadata says; the newer one says the same."""
    stamp = f"D:{paper.issued_at:%Y%m%d%H%M%S}+00'00'"
    return {
        "/Title": paper.name,
        "/Author": keep_text(paper.issuer["legal_name"]),
        "/Subject": _name_subject(paper),
        "/Creator": CREATOR,
        "/Producer": PRODUCER,
        "/CreationDate": stamp,
        "/ModDate": stamp,
    }


def _write_metadata(paper: TaxPaper) -> bytes:
    said = {
        "pdfa3_flavor": "B",
        "title": paper.name,
        "author": keep_text(paper.issuer["legal_name"]),
        "subject": _name_subject(paper),
        "producer": PRODUCER,
        "creator_tool": CREATOR,
        "timestamp": f"{paper.issued_at:%Y-%m-%dT%H:%M:%S}+00:00",
        "version": "1.0",
        "documenttype": "INVOICE",
        "xml_filename": EMBEDDED,
        "xmp_level": "EN 16931",
        "urn": NAMESPACE,
    }
    text = etree.tostring(generate_xmp_object(said), pretty_print=True, encoding="unicode")
    return PACKET.format(text.strip()).encode()


def _name_subject(paper: TaxPaper) -> str:
    return f"{paper.get_kind_display()} {paper.name} of {paper.issued_at:%Y-%m-%d}"


def _describe_colours(writer: PdfWriter) -> DictionaryObject:
    profile = DecodedStreamObject()
    profile.set_data(_load_profile())
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject(_name({"/Type": "/OutputIntent", "/S": "/GTS_PDFA1"}))
    intent[NameObject("/OutputConditionIdentifier")] = TextStringObject("sRGB")
    intent[NameObject("/Info")] = TextStringObject("sRGB IEC61966-2.1")
    intent[NameObject("/DestOutputProfile")] = writer._add_object(profile)
    return intent


def _name(names: dict[str, str]) -> dict[NameObject, NameObject]:
    return {NameObject(key): NameObject(value) for key, value in names.items()}


@cache
def _load_profile() -> bytes:
    """Return the profile of sRGB, the same every time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[DATE_OF_PROFILE] = bytes.fromhex("07e4 0001 0001 0000 0000 0000")
    return bytes(profile)
