"""The pages that people meet."""

from django.urls import path

from checkout import (
    cancelling,
    cards,
    checkout_links,
    confirming,
    languages,
    sandbox_page,
    sandbox_payment_page,
    sign_in_views,
    statements,
    unlocking,
    views,
    withdrawing,
)

urlpatterns = [
    path("", views.root, name="root"),
    path(
        "marketplace/checkout/charge/<str:charge_id>/<str:kind>",
        checkout_links.follow_checkout_link,
        name="checkout_link",
    ),
    path("language/", languages.switch_language, name="switch_language"),
    path("login/", sign_in_views.LogIn.as_view(), name="login"),
    path("login/unlock/", unlocking.mail_link, name="mail_unlock_link"),
    path("login/open/", unlocking.open_page, name="open_log_in"),
    path("logout/", sign_in_views.log_out, name="logout"),
    path("account/", sign_in_views.account_page, name="account"),
    path("account/preferences/", sign_in_views.preferences_page, name="preferences"),
    path("account/cards/", cards.cards_page, name="cards"),
    path("account/cards/add/", cards.add_card, name="add_card"),
    path("account/cards/done/", cards.card_done, name="card_done"),
    path("account/cards/<uuid:public_id>/default/", cards.choose_page, name="choose_card"),
    path("account/cards/<uuid:public_id>/remove/", cards.remove_page, name="remove_card"),
    path("account/statements/", statements.statements_page, name="statements"),
    path("account/statements/<str:month>/", statements.statement_page, name="statement"),
    path("account/statements/<str:month>/<str:currency>.csv", statements.statement_csv, name="statement_csv"),
    path("account/statements/<str:month>/<str:currency>.pdf", statements.statement_pdf, name="statement_pdf"),
    path("account/payments/<uuid:public_id>/confirm/", confirming.confirm_page, name="confirm_payment"),
    path("account/payments/<uuid:public_id>/done/", confirming.confirmed_page, name="payment_confirmed"),
    path(
        "sandbox/payments/<str:reference>/",
        sandbox_payment_page.sandbox_payment_page,
        name="sandbox_payment",
    ),
    path("sandbox/cards/<str:session>/", sandbox_page.sandbox_card_page, name="sandbox_card"),
    path("account/subscriptions/<uuid:public_id>/cancel/", cancelling.cancel_page, name="cancel"),
    path("account/<str:kind>/<uuid:public_id>/withdraw/", withdrawing.withdraw_page, name="withdraw"),
]
