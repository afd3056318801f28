"""The pictures of the hosted page in the README; UPDATE_SCREENSHOTS=1 makes them anew."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from customers.application_looks import change_application_icon
from operations.factories import CallerFactory, ChargeFactory, SubscriptionFactory
from tests.browser.pictures import photograph
from tests.desk import link


@pytest.fixture
def caller(shop):
    shop.app.return_origins = ["https://seller.example"]
    shop.app.website_url, shop.app.support_address = "https://kites.example", "help@kites.example"
    shop.app.terms_url = "https://kites.example/terms"
    shop.app.save()
    change_application_icon(application_id=shop.app.pk, icon=draw_icon())
    return CallerFactory(account=shop.buyer, application=shop.app)


def draw_icon() -> bytes:
    """Three bars on orange."""
    picture, file = Image.new("RGB", (128, 128), "#c2410c"), BytesIO()
    for left, top in ((30, 72), (56, 48), (82, 28)):
        ImageDraw.Draw(picture).rounded_rectangle((left, top, left + 16, 100), radius=5, fill="white")
    picture.save(file, "PNG")
    return file.getvalue()


def test_the_hosted_page_can_be_photographed(shop, open_page, caller):
    charge = ChargeFactory(caller=caller, name="100 extra reports", price_minor=1_500)
    page = open_page(shop.buyer, viewport={"width": 720, "height": 960}, device_scale_factor=1.5)
    page.goto(shop.server + link(charge))
    photograph(page, "hosted-page.png")


def test_the_hosted_page_of_a_subscription_can_be_photographed(shop, open_page, caller):
    subscription = SubscriptionFactory(caller=caller, name="Report Builder Plus", trial_days=14)
    page = open_page(shop.buyer, viewport={"width": 720, "height": 1_180}, device_scale_factor=1.5)
    page.goto(shop.server + link(subscription))
    photograph(page, "hosted-page-recurrent.png")
