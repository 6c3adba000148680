"""ekbom: the open system for restless legs syndrome (Willis-Ekbom disease)."""
