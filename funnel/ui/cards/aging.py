"""The cards of stage aging."""

from funnel.rules.labels import Labels


def ridge_height(labels: Labels) -> int:
    """As high as the ridge beside it."""
    return max(94 * sum(1 for stage in labels.path if stage in labels.limits) + 40, 300)
