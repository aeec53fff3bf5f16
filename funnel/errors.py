"""The one family of errors that a user sees: one sentence that says what is wrong, where, and what to do.

Everything that can be explained is raised as a `FunnelError`; the command line prints it and exits with 2,
the page shows it. The sentence exists in Japanese and in English.
"""

import difflib
from collections.abc import Iterable


class FunnelError(Exception):
    """What is wrong, where, and what to do, in one sentence per language; `str()` is the English one."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.en = en
        self.ja = ja

    def sentence(self, language: str) -> str:
        """The sentence in `ja` or `en`."""
        return self.ja if language == "ja" else self.en


class UnusableFile(FunnelError):
    """A file that cannot be read at all. The load stops; what was loaded before stays in use."""


class BadRules(FunnelError):
    """A rules file that breaks RULES.md: the file, the key's path, what is wrong, the nearest valid name."""


class BadQuestion(FunnelError):
    """A question, dimension, month or parameter that does not exist or cannot be."""


def suggest(name: str, names: Iterable[str]) -> str | None:
    """The nearest of `names` to a mistyped `name`, or None where nothing is near."""
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return near[0] if near else None
