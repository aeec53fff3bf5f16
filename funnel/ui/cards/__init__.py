"""One file per question: its card, wherever it stands."""
