"""From the tools' own export files to the exports that the dashboard reads.

The way of a file: staging (a clean text table with one header), recognition (which tool, which kind of file), conversion
into accepted and quarantined rows, assembly, and a new generation beside the old. Knows no screen.
"""
