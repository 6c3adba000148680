"""The doors: files in and files out. Nothing clinical is decided here."""
