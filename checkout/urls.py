"""The pages that people meet."""

from django.urls import path

from checkout import accounts, views

urlpatterns = [
    path("", views.root, name="root"),
    path("login/", accounts.LogIn.as_view(), name="login"),
    path("logout/", accounts.log_out, name="logout"),
    path("account/", accounts.account_page, name="account"),
]
