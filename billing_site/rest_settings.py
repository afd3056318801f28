"""Settings of the API's framework and of the documents that describe each dialect."""

FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "dialects.openapi.DialectSchema",
}

DESCRIPTION = {
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "dialects.openapi.DocumentGenerator",  # Of `check --deploy`, too.
    "PREPROCESSING_HOOKS": ["dialects.openapi.drop_slashes"],
    "POSTPROCESSING_HOOKS": ["dialects.openapi.name_choices", "dialects.openapi.describe_bodies"],
    "ENUM_NAME_OVERRIDES": {
        "DirectChargeStatus": "charges.models.ChargeStatus",
        "RecurrentChargeStatus": "dialects.text.shapes.RECURRENT_STATUSES",
        "WebhookEndpointStatus": "dialects.text.webhook_shapes.ENDPOINT_STATUSES",
        "WebhookDeliveryStatus": "dialects.text.webhook_shapes.DELIVERY_STATUSES",
        "EventType": "events.types.EventType",
        "RecurrentChargeV2Status": "dialects.text.shapes.OLD_RECURRENT_STATUSES",
    },
}
