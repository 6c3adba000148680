"""Is it working, and is it turning."""
