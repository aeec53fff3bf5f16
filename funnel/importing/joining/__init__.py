"""Step 4 of an import: the rows of all files become leads and activities, each once.

Its flow stands in sql/, in the order of the numbers: 10 the leads of each tool → 20 which of them are one → 30 the leads as
they are served → 40 what came twice → 50 the activities, 51 the costs → 60 what is said of the whole.
"""
