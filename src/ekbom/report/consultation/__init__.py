"""A consultation on paper, on screen and for machines."""
