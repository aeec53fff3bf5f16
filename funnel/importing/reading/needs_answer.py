"""What only the user can say of a file: which tool wrote it, in which encoding, whether its days or months come first.

The command line says the whole sentence, which names its flags; a page asks the question beside the control that answers.
"""

from funnel.errors import FunnelError


class NeedsAnswer(FunnelError):
    """A question about the file `name`: `asks` is source, mapping, encoding or date_order, `choices` what it can be.

    `example` is a value of the file that can be meant in several ways.
    The sentence is what is unclear and, behind it, `how` to say it on the command line.
    """

    def __init__(
        self,
        en: str,
        ja: str,
        how: tuple[str, str] = ("", ""),
        name: str = "",
        asks: str = "",
        choices: tuple[str, ...] = (),
        example: str = "",
    ) -> None:
        super().__init__(en + how[0], ja + how[1])
        self.name, self.asks, self.choices, self.example = name, asks, choices, example
        self._question = (en if not how[0] else f"{en}.", ja if not how[1] else f"{ja}。")

    def question(self, language: str) -> str:
        """What is unclear, without the way to say it."""
        return self._question[1 if language == "ja" else 0]
