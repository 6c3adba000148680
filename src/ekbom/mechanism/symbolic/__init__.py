"""The equations written out as formulas, for other simulators."""
