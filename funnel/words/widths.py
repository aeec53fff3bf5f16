"""How wide a text is."""

import unicodedata


def half_widths(text: str) -> int:
    """In half-width letters of a fixed pitch: a Latin letter one, any other two."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def width(text: str) -> float:
    """In full-width letters of the screens' proportional type, in which a Latin letter is wider than a half."""
    return sum(
        1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.3 if letter == " " else 0.55
        for letter in text
    )
