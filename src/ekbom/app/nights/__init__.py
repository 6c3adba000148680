"""One night: its files, its signals, and what was measured in it."""
