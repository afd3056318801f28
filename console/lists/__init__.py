"""What all lists of the console share: filters, pages, CSV."""
