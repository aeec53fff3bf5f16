"""Importing the tools' own files: each trap with a tiny fixture in its documented shape."""
