"""Long work: a queue that owns the rows of jobs, and one worker process at a time beside it."""
