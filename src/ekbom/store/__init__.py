"""What one practice keeps on its computer: dated facts, recordings, results, who did what."""
