"""Names in a sentence: several of them, and a colleague's."""


def listed(names: list[str], language: str) -> str:
    """インバウンドと展示会; A, B and C."""
    if language == "ja":
        return "と".join(names) if len(names) <= 2 else "・".join(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def called(owner: str, language: str) -> str:
    """How a colleague is spoken of in a sentence: 高橋さん; in English the name as it is."""
    if language != "ja":
        return owner
    family = owner.split()[0] if owner and not owner.isascii() else owner
    return f"{family}さん"
