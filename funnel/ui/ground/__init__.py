"""What any widget is drawn with: text that is escaped, heads that differ, doors that may fail."""
