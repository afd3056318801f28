"""What happened to a charge, a subscription or an organisation, in one list and in words."""
