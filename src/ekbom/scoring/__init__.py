"""From signal to indices, in the order of the standards."""
