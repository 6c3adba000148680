"""What pages on a consultation share: what was asked for, what is missing, what was kept."""
