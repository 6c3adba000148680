"""Forms of one patient: what was written, refused, kept, and what is said beside it."""
