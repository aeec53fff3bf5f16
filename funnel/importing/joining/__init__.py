"""Step 4 of an import: the rows of all files become leads and activities, each once."""
