"""Streamlit glue: the cached layer, filters in the URL, the parts of pages, drill-through, downloads.

Pages import this package and nothing below it. Knows no number: every figure on a page is a column of an
answer.
"""
