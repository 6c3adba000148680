"""What a scored night looks like: to a machine, on a terminal, on paper."""
