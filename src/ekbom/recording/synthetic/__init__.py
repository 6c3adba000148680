"""Nights with known truth, for tests, teaching and benchmarks; no person was ever recorded."""
