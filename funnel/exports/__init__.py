"""The exports in the form of the contract: their columns, the files that are current, and whether they can be read."""
