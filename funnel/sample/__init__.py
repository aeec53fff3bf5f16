"""The sample company: a year and a half of obviously fictional leads, the same for the same seed."""
