"""Is it restless legs, how bad, and why."""
