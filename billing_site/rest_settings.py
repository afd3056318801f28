"""Settings of the API's framework and of its description at /docs/."""

FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}

DESCRIPTION = {
    "TITLE": "Marketplace billing: the Text dialect",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "PREPROCESSING_HOOKS": ["dialects.text.schema.drop_slashes"],
    "ENUM_NAME_OVERRIDES": {
        "DirectChargeStatus": "charges.models.ChargeStatus",
        "RecurrentChargeStatus": "dialects.text.shapes.RECURRENT_STATUSES",
        "WebhookEndpointStatus": "dialects.text.webhook_shapes.ENDPOINT_STATUSES",
        "WebhookDeliveryStatus": "dialects.text.webhook_shapes.DELIVERY_STATUSES",
        "EventType": "events.types.EventType",
        "RecurrentChargeV2Status": "dialects.text.shapes.OLD_RECURRENT_STATUSES",
    },
}
