"""Which pages there are, in which group of the menu, and where their files lie."""

PAGES: dict[str, dict[str, tuple[str, str]]] = {
    "": {"home": ("pages/daily/home.py", "home")},
    "daily": {
        "follow_ups": ("pages/daily/follow_ups.py", "alarm"),
        "stage_aging": ("pages/daily/stage_aging.py", "hourglass_top"),
        "dormant": ("pages/daily/dormant.py", "bedtime"),
    },
    "review": {
        "monthly": ("pages/review/monthly.py", "calendar_month"),
        "conversion": ("pages/review/conversion.py", "filter_alt"),
        "scores": ("pages/review/scores.py", "bar_chart"),
    },
    "trust": {
        "import_data": ("pages/data/import_data.py", "upload_file"),
        "data_quality": ("pages/data/data_quality.py", "verified"),
        "definitions": ("pages/data/definitions.py", "menu_book"),
    },
    "hidden": {"lead": ("pages/daily/lead.py", "person")},
}

WITHOUT_DATA = ("import_data",)  # the way to have some: these are drawn without layer and filters


def path_of(name: str) -> str:
    """The file of a page, from the root of the app."""
    return next(entries[name][0] for entries in PAGES.values() if name in entries)
