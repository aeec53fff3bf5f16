"""What the steps of an import hand on to each other: what is kept, what is refused, and what is said of it."""
