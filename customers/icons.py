"""Icons of apps: what somebody uploads is read, made small and square, and written anew as PNG."""

from io import BytesIO

from core.errors import InvalidField

MAX_UPLOAD = 524_288  # Bytes.
MAX_SIDE = 4_096  # A picture says how large it is before it is unpacked.
MIN_SIDE = 48
SIDE = 128  # Twice what pages show, for sharp screens.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
UNREADABLE = "must be a PNG, JPEG, WebP or GIF picture"


def write_icon(icon: bytes) -> bytes:
    """Return what is kept of an uploaded file: nothing but its pixels. Raises InvalidField for `icon`."""
    if len(icon) > MAX_UPLOAD:
        raise InvalidField("icon", f"must not have more than {MAX_UPLOAD // 1024} KB")
    # Not before somebody uploads one: each web process would load it.
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(icon), formats=FORMATS) as picture:
            _check_sides(*picture.size)
            picture.load()
            pixels = ImageOps.exif_transpose(picture).convert("RGBA")
    except InvalidField:
        raise
    except Exception:  # Readers of broken pictures and of their EXIF raise anything, such as struct.error.
        raise InvalidField("icon", UNREADABLE) from None
    square = ImageOps.pad(pixels, (SIDE, SIDE), color=(0, 0, 0, 0))
    file = BytesIO()
    square.save(file, "PNG", optimize=True)
    return file.getvalue()


def _check_sides(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_SIDE:
        raise InvalidField("icon", f"must have sides of {MIN_SIDE} to {MAX_SIDE} pixels")
