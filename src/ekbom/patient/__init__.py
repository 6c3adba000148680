"""A person as recorded."""
