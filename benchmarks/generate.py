"""A company of any size for the benchmarks: leads.parquet, activities.parquet and the example rules.

Vectorised and written one row group at a time, so that memory stays bounded; the same seed gives the same files.
Shaped like the sample company, only larger and without its stories. Knows the data contract and the example rules.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from benchmarks import vocabulary as words

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SECOND = 1_000_000
DAY = 86_400 * SECOND
LOCAL = 9 * 3_600 * SECOND  # Japan has no summer time
BEGIN = 1_730_386_800 * SECOND  # 2024-11-01 00:00 in Tokyo
END = 1_794_268_800 * SECOND  # 2026-11-10 09:00 in Tokyo, the newest event
ACTIVITIES_PER_LEAD = 20
CHUNK = 50_000  # leads per row group: 1 M activities at a time

INSTANT = pa.timestamp("us", "UTC")
LEADS = pa.schema(
    [
        ("lead_id", pa.string()), ("created_at", INSTANT), ("company", pa.string()),
        ("contact_name", pa.string()), ("email", pa.string()), ("phone", pa.string()),
        ("department", pa.string()), ("title", pa.string()), ("industry", pa.string()),
        ("campaign", pa.string()), ("employees", pa.int64()), ("channel", pa.string()),
        ("owner", pa.string()), ("owner_team", pa.string()), ("stage", pa.string()),
        ("stage_since", INSTANT), ("need", pa.string()), ("budget", pa.string()), ("amount", pa.float64()),
        ("lost_reason", pa.string()), ("opted_out", pa.bool_()), ("excluded", pa.bool_()),
        ("record_url", pa.string()),
    ]
)  # fmt: skip
ACTIVITIES = pa.schema(
    [
        ("activity_id", pa.string()), ("lead_id", pa.string()), ("occurred_at", INSTANT), ("type", pa.string()),
        ("actor", pa.string()), ("outcome", pa.string()), ("from_value", pa.string()),
        ("to_value", pa.string()), ("reason", pa.string()), ("asset", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Events:
    """Events of the leads of one chunk; codes point into `vocabulary`, -1 = null."""

    lead: Ints
    time: Ints
    type: Ints
    actor: Ints
    outcome: Ints
    from_value: Ints
    to_value: Ints
    reason: Ints
    asset: Ints


def generate(into: Path, leads: int, seed: int = 1, progress: Callable[[int], None] | None = None) -> None:
    """Write a data directory with `leads` leads and 20 activities each."""
    into.mkdir(parents=True, exist_ok=True)
    (into / "rules").mkdir(exist_ok=True)
    example = Path(__file__).parent.parent / "funnel" / "rules" / "example.toml"
    shutil.copy(example, into / "rules" / "2026-04.toml")
    with (
        parquet.ParquetWriter(into / "leads.parquet", LEADS, store_schema=False) as lead_file,
        parquet.ParquetWriter(into / "activities.parquet", ACTIVITIES, store_schema=False) as activity_file,
    ):
        for first in range(0, leads, CHUNK):
            count = min(CHUNK, leads - first)
            lead_rows, activity_rows = _chunk(np.random.default_rng([seed, first]), first, count, leads)
            lead_file.write_table(lead_rows)
            activity_file.write_table(activity_rows)
            if progress:
                progress(first + count)


def _chunk(random: np.random.Generator, first: int, count: int, total: int) -> tuple[pa.Table, pa.Table]:
    """Leads number `first` … of all `total` in order of creation, and what happened to them."""
    place = (first + np.arange(count) + random.random(count)) / total
    created = _busy_hours(BEGIN + ((END - BEGIN - DAY) * place**0.8).astype(np.int64), random, share_open=0.7)
    heat = random.gamma(1.2, 1.0, count)  # how interested a lead is

    moves, stage, since = _life(random, created, heat)
    owners, owner = _ownership(random, created, moves)
    parts = [moves, owners, _our_acts(random, moves, owner, created)]
    rest = ACTIVITIES_PER_LEAD * count - sum(len(part.lead) for part in parts)
    parts.append(_own_acts(random, created, heat, max(0, rest)))
    events = Events(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Events.__annotations__)
    )
    return (
        _lead_table(random, first, created, stage, since, owner),
        _activity_table(events, first, ACTIVITIES_PER_LEAD * first),
    )


# ---------------------------------------------------------------- what happens


def _busy_hours(time: Ints, random: np.random.Generator, share_open: float = 1.0) -> Ints:
    """The same days, moved to desk hours of a weekday for a share of them."""
    day = (time + LOCAL) // DAY
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
    day = day + np.where(weekday >= 5, 7 - weekday, 0)
    clock = random.triangular(9 * 3600, 11 * 3600, 18 * 3600, len(time)).astype(np.int64)
    clock += np.where((clock >= 12 * 3600) & (clock < 13 * 3600), 3600, 0)
    desk = day * DAY + clock * SECOND - LOCAL
    moved = (random.random(len(time)) < share_open) & (desk < END)
    return np.where(moved, desk, time)


def _life(random: np.random.Generator, created: Ints, heat: NDArray[Any]) -> tuple[Events, Ints, Ints]:
    """Every lead's walk over the stages; with the stage it ends in and since when."""
    count = len(created)
    stage = np.zeros(count, np.int64)
    time = created.copy()
    since = created.copy()
    active = np.arange(count)
    found: list[tuple[Ints, Ints, Ints, Ints]] = []
    for _ in range(words.LONGEST_WALK):
        chances = words.MOVES[stage[active]].copy()
        chances[:, words.UPWARD] *= np.clip(heat[active], 0.3, 2.0)[:, None] ** 0.5
        chances[:, -1] = np.maximum(0.02, 1 - chances[:, :-1].sum(axis=1))
        bounds = chances.cumsum(axis=1)
        draw = random.random(len(active)) * bounds[:, -1]
        to = (draw[:, None] > bounds).sum(axis=1)
        stays = random.lognormal(np.log(words.STAY_DAYS[stage[active]]), 0.9)
        when = time[active] + (stays * DAY).astype(np.int64)
        when = np.maximum(_busy_hours(when, random), time[active] + 60 * SECOND)
        moved = (to < len(words.STAGES)) & (when < END)
        active, to, when = active[moved], to[moved], when[moved]
        if not len(active):
            break
        found.append((active, when, stage[active].copy(), to))
        stage[active] = to
        time[active] = since[active] = when
    lead, when, before, after = (np.concatenate([step[part] for step in found]) for part in range(4))
    is_refused = (before >= words.MQL) & ((after == words.NURTURING) | (after == words.LOST))
    reason = np.where(is_refused, random.integers(0, len(words.REASONS), len(lead)), -1)
    events = _events(
        lead, when, words.TYPES.index("stage_change"),
        actor=random.integers(0, len(words.OWNERS), len(lead)),
        from_value=before, to_value=after, reason=reason,
    )  # fmt: skip
    return events, stage, np.where(since > created, since, -1)


def _ownership(random: np.random.Generator, created: Ints, moves: Events) -> tuple[Events, Ints]:
    """Who looks after a lead: most get an owner soon or with mql, some another one with an opportunity."""
    count = len(created)
    current = np.where(random.random(count) < 0.35, random.integers(0, words.INSIDE, count), -1)
    parts = []
    for stage, low, high, share in (
        (words.MQL, 0, words.INSIDE, 0.8),
        (words.OPPORTUNITY, words.INSIDE, len(words.OWNERS), 0.9),
    ):
        lead, place = np.unique(moves.lead[moves.to_value == stage], return_index=True)
        when = moves.time[moves.to_value == stage][place]
        chosen = random.random(len(lead)) < share
        lead, when = lead[chosen], when[chosen]
        owner = random.integers(low, high, len(lead))
        when = np.minimum(when + random.integers(0, 20 * 3600, len(lead)) * SECOND, END)
        shown = np.where(current[lead] < 0, -1, current[lead] + words.OWNER_VALUES)
        parts.append(
            _events(
                lead,
                when,
                words.TYPES.index("owner_change"),
                from_value=shown,
                to_value=owner + words.OWNER_VALUES,
            )
        )
        current[lead] = owner
    return _joined(parts), current


def _our_acts(random: np.random.Generator, moves: Events, owner: Ints, created: Ints) -> Events:
    """Calls, mails and meetings: after every entry to mql, sql and opportunity, and now and then elsewhere."""
    parts = []
    for stage, mean, days, kinds in words.OUR_ACTS:
        at = moves.to_value == stage if stage >= 0 else np.zeros(0, bool)
        lead, begin = (moves.lead[at], moves.time[at]) if stage >= 0 else (np.arange(len(created)), created)
        times = random.poisson(mean, len(lead))
        lead, begin = np.repeat(lead, times), np.repeat(begin, times)
        when = begin + (random.exponential(days, len(lead)) * DAY).astype(np.int64)
        when = np.maximum(_busy_hours(when, random), begin + 300 * SECOND)
        kind = random.choice(kinds, len(lead))
        outcome = random.integers(0, len(words.OUTCOMES[0]), len(lead))
        outcome = np.take_along_axis(words.OUTCOMES[kind], outcome[:, None], axis=1)[:, 0]
        seen = when < END
        actor = np.where(owner[lead] >= 0, owner[lead], random.integers(0, words.INSIDE, len(lead)))
        parts.append(_events(lead[seen], when[seen], kind[seen], actor=actor[seen], outcome=outcome[seen]))
    return _joined(parts)


def _own_acts(random: np.random.Generator, created: Ints, heat: NDArray[Any], count: int) -> Events:
    """Mails sent, opened, clicked, pages, papers, seminars: in the first weeks most, bursts later."""
    lead = np.repeat(np.arange(len(created)), random.multinomial(count, (heat + 0.5) / (heat + 0.5).sum()))
    kind = random.choice(len(words.OWN_SHARES), count, p=words.OWN_SHARES)
    days = np.where(
        random.random(count) < 0.45, random.exponential(12, count), random.exponential(190, count)
    )
    left = END - created[lead]
    passed = (days * DAY).astype(np.int64)
    passed = np.where(passed < left, passed, (random.random(count) * left).astype(np.int64))
    when = np.maximum(_busy_hours(created[lead] + passed, random, share_open=0.75), created[lead] + SECOND)
    asset = np.where(words.HAS_ASSET[kind], random.integers(0, len(words.ASSETS), count), -1)
    return _events(lead, when, kind, asset=asset)


def _events(lead: Ints, time: Ints, kind: Ints | int, **codes: Ints) -> Events:
    null = np.full(len(lead), -1)
    names = ("actor", "outcome", "from_value", "to_value", "reason", "asset")
    kinds = np.full(len(lead), kind) if isinstance(kind, int) else kind
    return Events(lead, time, kinds, *(codes.get(name, null) for name in names))


def _joined(parts: list[Events]) -> Events:
    return Events(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Events.__annotations__)
    )


# ---------------------------------------------------------------- as tables


def _numbered(prefix: str, numbers: Ints, digits: int, suffix: str = "") -> pa.Array:
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, text, suffix, "")


def _named(codes: Ints, names: list[str]) -> pa.Array:
    place = pa.array(codes, mask=codes < 0)
    return pc.take(pa.array(names), place)


def _lead_table(
    random: np.random.Generator, first: int, created: Ints, stage: Ints, since: Ints, owner: Ints
) -> pa.Table:
    count = len(created)

    def pick(names: list[str], empty: float = 0.0) -> pa.Array:
        skew = (random.random(count) ** 1.5 * len(names)).astype(np.int64)
        return _named(np.where(random.random(count) < empty, -1, skew), names)

    number = first + np.arange(count)
    ids = _numbered("00Q", number, 12)
    family, given = random.integers(0, len(words.FAMILY), count), random.integers(0, len(words.GIVEN), count)
    company_no = random.integers(0, max(1, first + count), count)
    company = pc.binary_join_element_wise(
        "株式会社", _named(company_no % len(words.COMPANIES), words.COMPANIES),
        pc.cast(pa.array(company_no // len(words.COMPANIES)), pa.string()), "",
    )  # fmt: skip
    is_deal = (stage == words.OPPORTUNITY) | (stage == words.WON)
    team = np.where(owner < 0, -1, (owner >= words.INSIDE).astype(np.int64))
    columns = {
        "lead_id": ids,
        "created_at": pa.array(created).cast(INSTANT),
        "company": company,
        "contact_name": pc.binary_join_element_wise(
            _named(family, words.FAMILY), _named(given, words.GIVEN), " "
        ),
        "email": _numbered("p", number, 7, "@example.co.jp"),
        "phone": _numbered("03-", random.integers(0, 10**8, count), 8),
        "department": pick(words.DEPARTMENTS, empty=0.2),
        "title": pick(words.TITLES, empty=0.15),
        "industry": pick(words.INDUSTRIES, empty=0.05),
        "campaign": pick(words.CAMPAIGNS, empty=0.3),
        "employees": pa.array(
            random.lognormal(4.5, 1.4, count).astype(np.int64) + 1, mask=random.random(count) < 0.1
        ),
        "channel": pick(words.CHANNELS, empty=0.03),
        "owner": _named(owner, words.OWNERS),
        "owner_team": _named(team, ["inside_sales", "field_sales"]),
        "stage": _named(stage, words.STAGES),
        "stage_since": pa.array(since, mask=since < 0).cast(INSTANT),
        "need": pick(words.NEEDS, empty=0.6),
        "budget": pick(words.BUDGETS, empty=0.8),
        "amount": pa.array(random.integers(3, 60, count) * 100_000.0, mask=~is_deal),
        "lost_reason": _named(
            np.where(stage == words.LOST, random.integers(0, len(words.REASONS), count), -1), words.REASONS
        ),
        "opted_out": pa.array(random.random(count) < 0.03),
        "excluded": pa.array(random.random(count) < 0.01),
        "record_url": pc.binary_join_element_wise("https://crm.example.co.jp/leads/", ids, ""),
    }
    return pa.table(columns, schema=LEADS)


def _activity_table(events: Events, first_lead: int, first_activity: int) -> pa.Table:
    order = np.lexsort((events.lead, events.time))
    number = first_activity + np.arange(len(order))

    def named(codes: Ints, names: list[str]) -> pa.Array:
        return _named(codes[order], names)

    columns = {
        "activity_id": _numbered("00T", number, 12),
        "lead_id": _numbered("00Q", first_lead + events.lead[order], 12),
        "occurred_at": pa.array(events.time[order]).cast(INSTANT),
        "type": named(events.type, words.TYPES),
        "actor": named(events.actor, words.OWNERS),
        "outcome": named(events.outcome, words.OUTCOME_NAMES),
        "from_value": named(events.from_value, words.VALUES),
        "to_value": named(events.to_value, words.VALUES),
        "reason": named(events.reason, words.REASONS),
        "asset": named(events.asset, words.ASSETS),
    }
    return pa.table(columns, schema=ACTIVITIES)


def row_groups(path: Path) -> Iterator[pa.Table]:
    """The row groups of a file, one at a time."""
    source = parquet.ParquetFile(path)
    for number in range(source.num_row_groups):
        yield source.read_row_group(number)
