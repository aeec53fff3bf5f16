"""The filters as one frozen value. Knows nothing of ours.

A dimension that is not named lets every lead through; one that is named with no value lets none through;
a value of None stands for "empty".
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Which leads count: for each named dimension, any of its values (`()` matches nothing)."""

    where: tuple[tuple[str, tuple[str | None, ...]], ...] = ()

    @classmethod
    def of(cls, **dimensions: str | None | tuple[str | None, ...]) -> "Scope":
        """`Scope.of(channel="seo", owner=("高橋 健", None))`."""
        return cls(
            tuple(
                (name, values if isinstance(values, tuple) else (values,))
                for name, values in sorted(dimensions.items())
            )
        )

    def parameter(self) -> dict[str, list[str] | list[str | None]]:
        """The struct that travels to SQL as `$scope`: filtered dimensions, and value pairs side by side."""
        pairs = [(name, value) for name, values in self.where for value in values]
        return {
            "filtered": sorted({name for name, _ in self.where}),
            "dimensions": [name for name, _ in pairs],
            "values": [value for _, value in pairs],
        }


EVERYTHING = Scope()
