"""What a reader sees of a simulation of the model."""
