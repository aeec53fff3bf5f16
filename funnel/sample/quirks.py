"""The small faults of real exports, planted in the sample company so that the data-quality page has work.

A handful of rows that must be refused and a handful that are only remarkable. Everything is done to the
finished rows, so no lead's story changes.
"""

from random import Random
from typing import Any

from funnel.sample.time import DAY, END, HOUR, at

FEW = 300  # in a smaller sample they would not be few
LeadRow = dict[str, Any]
Row = tuple[Any, ...]


def add_quirks(rng: Random, leads: list[LeadRow], activities: list[Row]) -> None:
    """Spoil a few rows of either export, in place."""
    if len(leads) < FEW:
        return
    _refused_rows(rng, leads, activities)
    _remarkable_rows(rng, leads, activities)


def _refused_rows(rng: Random, leads: list[LeadRow], activities: list[Row]) -> None:
    """Rows that break the contract: they end in quarantine."""
    some = [activities[rng.randrange(len(activities))] for _ in range(8)]
    some = [
        row if row[3] not in ("stage_change", "owner_change") else (*row[:3], "note", *row[4:])
        for row in some
    ]

    def spoiled(row: Row, number: int, **changes: Any) -> Row:
        names = ("activity_id", "lead_id", "occurred_at", "type")
        values = dict(zip(names, row, strict=False)) | {"activity_id": f"B-{number:05d}"} | changes
        return (*values.values(), *row[4:])

    activities += [
        spoiled(some[0], 1, lead_id="L-900001"),  # leads of another system
        spoiled(some[1], 2, lead_id="L-900002"),
        spoiled(some[2], 3, lead_id="L-900001"),
        spoiled(some[3], 4, type="fax_sent"),
        spoiled(some[4], 5, type="line_message"),
        spoiled(some[5], 6, occurred_at=None),
        spoiled(some[6], 7, occurred_at=at(1980, 1, 1)),
        some[7],  # exported twice
        (*some[0][:3], "note", *some[0][4:]),  # one id for two rows
    ]
    stray = next(row for row in reversed(activities) if row[3] == "stage_change")
    activities.append(("B-00008", *stray[1:6], stray[6], "検討中", *stray[8:]))
    leads.append(leads[rng.randrange(len(leads))] | {"phone": "03-0000-0000"})


def _remarkable_rows(rng: Random, leads: list[LeadRow], activities: list[Row]) -> None:
    """Rows that are loaded and counted, with a finding."""
    settled = [lead for lead in leads if lead["stage"] == "nurturing" and lead["stage_since"] is not None]
    for lead, stage in zip(rng.sample(settled, 3), ("mql", "dormant", "検討中"), strict=True):
        lead["stage"] = stage
    for number, lead in enumerate(rng.sample(settled, 3), start=11):  # a page view before the lead was known
        visit = ("web_visit", None, None, None, None, None, "/")
        activities.append((f"B-{number:05d}", lead["lead_id"], lead["created_at"] - DAY, *visit))
    deals = [lead for lead in leads if lead["stage"] == "opportunity" and not lead["excluded"]]
    for number, lead in enumerate(deals[:2], start=21):  # meetings that are only booked
        booking = ("meeting", lead["owner"], "booked", None, None, None, None)
        activities.append((f"B-{number:05d}", lead["lead_id"], END + number * DAY // 4 + HOUR, *booking))
    won = next(row for row in activities if row[3] == "stage_change" and row[7] == "won")
    twice = ("stage_change", won[4], None, "won", "won", None, None)
    activities.append(("B-00031", won[1], won[2], *twice))
