"""Who qualifies under another version of the rules: asked of that version's own layer and handed to the query.

A layer is made for one version, so another one is not reckoned in it. Knows no screen.
"""

from collections.abc import Mapping
from typing import Any

from funnel.errors import BadQuestion
from funnel.layer.build import open_beside
from funnel.layer.warehouse import Warehouse
from funnel.rules.versions import named

ELSEWHERE = "elsewhere"  # the parameter of the queries
QUALIFIED = """
select list(lead_id order by lead_no) as lead_ids, list(epoch_us(qualified_at) order by lead_no) as at_us,
    list(qualified_by order by lead_no) as conditions
from qualified
join leads using (lead_no)
where qualified_at < $as_of
"""


def check(db: Warehouse, name: str, version: object, shift: object) -> None:
    """Refuse a question about other rules that names none, two, or a version that there is not."""
    if (version is None) == (shift is None):
        raise BadQuestion(
            f"{name} needs either a version of the rules (--param version=…) or points to add to every score of the "
            f"hand-off (--param shift=…), and not both.",
            f"{name}には、比べる定義の版(--param version=…)か、引き渡しの条件のスコアに足す点数(--param shift=…)の"
            f"どちらか一方を指定してください。",
        )
    if version is not None:
        named(db.versions, str(version))


def qualified_elsewhere(db: Warehouse, values: Mapping[str, Any]) -> dict[str, list[Any]] | None:
    """The leads that qualify by T under the version that is asked for, since when and by which item, side by side."""
    if values["version"] is None:
        return None
    with open_beside(db, named(db.versions, values["version"])) as other:
        (found,) = other.run(QUALIFIED, {"as_of": values["as_of"]}).to_pylist()
    return {name: listed or [] for name, listed in found.items()}


def as_pasted(db: Warehouse, version: str | None) -> list[str]:
    """What sets the parameter in the duckdb shell: the other layer is attached and asked."""
    if version is None:
        return [f'set variable "{ELSEWHERE}" = null;']
    with open_beside(db, named(db.versions, version)) as other:
        path = str(other.path).replace("'", "''")
    return [
        f"attach '{path}' as other_rules (read_only);",
        f'set variable "{ELSEWHERE}" = (',
        "    select {'lead_ids': list(lead_id order by lead_no), 'at_us': list(epoch_us(qualified_at) order by lead_no),",
        "        'conditions': list(qualified_by order by lead_no)}",
        "    from other_rules.qualified join other_rules.leads using (lead_no)",
        ");",
    ]
