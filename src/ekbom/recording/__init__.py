"""A night as measured: signals, stages and events. No files are opened here."""
