"""The disease as a model one can run, question and refute: brain iron, dopamine, night."""
