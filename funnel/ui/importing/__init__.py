"""The page of the import: choose files, answer what is asked, look, publish."""
