"""How each invariant of webhooks is broken on purpose, past every guard."""

# What each does to the deliveries to endpoint {endpoint}: two of one object, of which the first is due.
WEBHOOKS = {
    "I-31": ("DELETE FROM webhooks_delivery WHERE endpoint_id = {endpoint} AND sequence = 2", {"I-31"}),
    "I-31a": (
        "UPDATE webhooks_delivery SET due_at = NULL WHERE endpoint_id = {endpoint} AND sequence = 1",
        {"I-31a"},
    ),
}
