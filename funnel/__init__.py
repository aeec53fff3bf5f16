"""Lead funnel answers from exported files: the definitions, the clocks and the intervals."""
