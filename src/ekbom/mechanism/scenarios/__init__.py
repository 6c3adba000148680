"""What is asked of the model: a person, courses, and where they come from."""
