"""What every page is made of: cards, tiles, lists, figures, drawers, downloads. Knows no question."""
