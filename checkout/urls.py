"""The pages that people meet."""

from django.urls import path

from checkout import cancelling, checkout_links, sign_in_views, unlocking, views, withdrawing

urlpatterns = [
    path("", views.root, name="root"),
    path(
        "marketplace/checkout/charge/<str:charge_id>/<str:kind>",
        checkout_links.follow_checkout_link,
        name="checkout_link",
    ),
    path("login/", sign_in_views.LogIn.as_view(), name="login"),
    path("login/unlock/", unlocking.mail_link, name="mail_unlock_link"),
    path("login/open/", unlocking.open_page, name="open_log_in"),
    path("logout/", sign_in_views.log_out, name="logout"),
    path("account/", sign_in_views.account_page, name="account"),
    path("account/subscriptions/<uuid:public_id>/cancel/", cancelling.cancel_page, name="cancel"),
    path("account/<str:kind>/<uuid:public_id>/withdraw/", withdrawing.withdraw_page, name="withdraw"),
]
