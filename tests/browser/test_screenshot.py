"""The picture of the hosted page in the README; UPDATE_SCREENSHOTS=1 makes it anew."""

import os

from django.conf import settings

from tests.factories import make_caller, make_charge

PICTURE = settings.BASE_DIR / "docs" / "images" / "hosted-page.png"


def test_the_hosted_page_can_be_photographed(shop, open_page):
    shop.app.return_origins = ["https://seller.example"]
    shop.app.save()
    charge = make_charge(make_caller(shop.buyer, shop.app), name="100 extra reports", price_minor=1_500)
    page = open_page(shop.buyer, viewport={"width": 720, "height": 820}, device_scale_factor=2)
    page.goto(f"{shop.server}/?id={charge.public_id}")
    picture = page.screenshot(path=PICTURE if os.environ.get("UPDATE_SCREENSHOTS") == "1" else None)
    assert picture.startswith(b"\x89PNG")
    assert PICTURE.exists()
