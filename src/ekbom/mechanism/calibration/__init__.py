"""The fit to trials, and what is held against it."""
