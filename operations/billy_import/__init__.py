"""Taking over the companies, customers, plans and subscriptions of a Billy database.

docs/dialects/billy-import.md tells operators about it.
"""
