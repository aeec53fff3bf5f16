"""Step 3 of an import: texts become values, and what cannot is set aside with its reason.

Its flow stands in sql/, in the order of the numbers: 20 the file as texts → 30–32 rows of its kind → 40 which are taken →
50 what is said of it.
"""
