"""Are the exported files read as they are meant?"""

from funnel.ui import desk, import_history, import_report, importing

here = desk.desk()
head = importing.head(here)

head.say(*importing.finding(here))
importing.choose(here)
importing.preview(here)
import_report.served(here)
import_report.refused(here)
import_history.history(here)
