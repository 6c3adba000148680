"""Populations and emulated trials, told."""
