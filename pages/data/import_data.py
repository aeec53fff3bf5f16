"""Are the exported files read as they are meant?"""

from funnel.ui.importing import choose, history, outcome, session

here = session.desk()
head = choose.head(here)

head.say(*choose.finding(here))
choose.choose(here)
choose.preview(here)
outcome.served(here)
outcome.refused(here)
history.history(here)
