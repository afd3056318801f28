"""The paths of what an organisation sells, is told and is owed."""

from django.urls import path

from console import (
    charge_list,
    charge_page,
    customer_list,
    delivery_list,
    event_list,
    money,
    paper_files,
    request_list,
    subscription_list,
    subscription_page,
)

urlpatterns = [
    path("charges/", charge_list.charges_page, name="console_charges"),
    path("charges/<uuid:public_id>/", charge_page.charge_page, name="console_charge"),
    path("charges/<uuid:public_id>/refund/", charge_page.refund_page, name="console_refund"),
    path("papers/<uuid:public_id>.<slug:form>", paper_files.paper_file, name="console_paper"),
    path("subscriptions/", subscription_list.subscriptions_page, name="console_subscriptions"),
    path("subscriptions/<uuid:public_id>/", subscription_page.subscription_page, name="console_subscription"),
    path("subscriptions/<uuid:public_id>/preview/", subscription_page.preview_page, name="console_preview"),
    path("customers/", customer_list.customers_page, name="console_customers"),
    path("customers/<uuid:public_id>/", customer_list.customer_page, name="console_customer"),
    path("events/", event_list.events_page, name="console_events"),
    path("events/<slug:event_id>/", event_list.event_page, name="console_event"),
    path("deliveries/", delivery_list.deliveries_page, name="console_deliveries"),
    path("deliveries/replay/", delivery_list.replay_page, name="console_replay"),
    path("deliveries/<int:number>/", delivery_list.delivery_page, name="console_delivery"),
    path("deliveries/<int:number>/resend/", delivery_list.resend_page, name="console_resend"),
    path("requests/", request_list.requests_page, name="console_requests"),
    path("money/", money.money_page, name="console_money"),
]
