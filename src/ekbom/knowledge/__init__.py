"""What is known, and who says so: sources, editions, parameters, and how they reach the code."""
