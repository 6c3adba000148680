"""Virtual patients and trials of them."""
