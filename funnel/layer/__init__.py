"""Exports and rules in, one immutable file of intervals out, and how it is read. Knows no question and no screen."""
