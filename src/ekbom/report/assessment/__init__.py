"""An assessment on paper, on screen and for machines."""
