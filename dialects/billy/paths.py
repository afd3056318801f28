"""Billy's paths. Settings read it, so it imports nothing."""

BILLY = r"v1/(?:companies|plans|customers|subscriptions|transactions|invoices)(?:/|$)"
