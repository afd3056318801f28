"""Pictures of pages for the documentation: small files, alike each time they are made."""

import os
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image
from playwright.sync_api import Page

FOLDER = settings.BASE_DIR / "docs" / "images"
ARE_MADE = os.environ.get("UPDATE_SCREENSHOTS") == "1"
# Identifiers differ from run to run; in a picture each is the same made-up one.
SETTLE_IDS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const mail = /buyer-[0-9a-f]{16}@/g;
  while (walk.nextNode()) {
    walk.currentNode.nodeValue = walk.currentNode.nodeValue
      .replace(id, "01a1e2c4-7f00-7abc-8def-0123456789ab").replace(mail, "buyer-0123456789abcdef@");
  }
}"""


def photograph(page: Page, name: str) -> None:
    """Keep what the window shows as a picture of the documentation, if pictures are made now."""
    page.evaluate(SETTLE_IDS)
    taken = page.screenshot(animations="disabled")
    if ARE_MADE:
        (FOLDER / name).write_bytes(compress(taken))
    assert (FOLDER / name).exists()


def compress(picture: bytes) -> bytes:
    """Return a PNG with 128 colours, which are enough for pages."""
    small = BytesIO()
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def list_pictures() -> list[Path]:
    """Return the files of all pictures."""
    return sorted(FOLDER.glob("*.png"))
