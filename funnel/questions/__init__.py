"""Everything that can be asked: one catalogue, one door (ask), one SQL file per answer. Knows no screen."""
