"""The pages that people meet."""

from django.urls import path

from checkout import accounts, cancelling, views

urlpatterns = [
    path("", views.root, name="root"),
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("logout/", accounts.log_out, name="logout"),
    path("account/", accounts.account_page, name="account"),
    path("account/subscriptions/<uuid:public_id>/cancel/", cancelling.cancel_page, name="cancel"),
]
