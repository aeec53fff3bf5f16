"""What is said in which language: texts by key, and numbers, dates, durations and names as people write them."""
