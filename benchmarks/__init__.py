"""What the layer costs and what it saves, measured by hand (`python -m benchmarks`); never part of the tests."""
