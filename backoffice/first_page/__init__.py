"""The first page of the admin: money of a chosen time, then what needs a look."""
