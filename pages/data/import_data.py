"""Are the exported files read as they are meant?"""

from funnel.ui.importing import choose, history, outcome, session

desk = session.desk()
head = choose.head(desk)

head.say(*choose.headline(desk))
choose.choose(desk)
choose.preview(desk)
outcome.served(desk)
outcome.refused(desk)
history.history(desk)
