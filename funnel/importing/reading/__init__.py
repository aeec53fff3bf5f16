"""Step 1 of an import: any file becomes rows of text with the lines they came from. Knows no tool."""
