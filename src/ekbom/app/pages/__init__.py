"""One file a room of the app; each has its router."""
