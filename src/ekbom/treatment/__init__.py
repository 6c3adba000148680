"""What could be done, and on what evidence; options, never orders."""
