"""Step 2 of an import: which tool and kind of file it is, and which column means what."""
