"""Parts of the forms of admin pages."""

# The page of an organisation has rows of other tables below, none of which can be changed there.
NO_ROWS_BELOW = {
    f"{rows}-{name}": 0
    for rows in ("payment_options", "processor_records")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}
