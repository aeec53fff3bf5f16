"""Whether the names and numbers of one rules file fit together.

Sees a file whose shape is right already; yields what does not fit, in the order of the file. Reads nothing.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise

from funnel.rules import matrix
from funnel.rules.calendar import ever_opens
from funnel.rules.models import FIXED_TYPES, MILESTONES, Policy, Rules
from funnel.rules.values import size_band_names, stage_word
from funnel.toml_values import Problem, Problems, exactly_one, twice, unknown

TEXT_COLUMNS = (
    "lead_id", "company", "contact_name", "email", "phone", "department", "title", "title_rank", "industry",
    "campaign", "interest", "channel", "owner", "owner_team", "stage", "need", "budget", "timeline",
    "decision_maker", "lost_reason", "opted_out", "excluded", "record_url", "channel_group", "size_band",
)  # fmt: skip
NUMBER_COLUMNS = ("employees", "score", "amount")
RATES = ("mql_to_sql", "sql_to_won", "dormant_share")
KPIS = ("leads", "mql", "sql", "opportunity", "won", *RATES, "cpl", "cost_per_mql", "cost_per_sql", "cpa")


def problems(rules: Rules) -> Problems:
    """All that does not fit together, in the order of the file's sections."""
    for check in _CHECKS:
        yield from check(rules)


def _unknown_stages(path: str, stages: Iterable[str], rules: Rules) -> Problems:
    for index, stage in enumerate(stages):
        yield from _unknown_stage(f"{path}[{index}]", stage, rules)


def _unknown_stage(path: str, stage: str, rules: Rules) -> Problems:
    yield from unknown(path, "stage", "ステージ", stage, (other.key for other in rules.stages))


def _unknown_types(path: str, types: Iterable[str], rules: Rules) -> Problems:
    for index, name in enumerate(types):
        yield from _unknown_type(f"{path}[{index}]", name, rules)


def _unknown_type(path: str, name: str, rules: Rules) -> Problems:
    yield from unknown(path, "activity type", "活動種別", name, rules.types())


def _unknown_dimension(path: str, name: str, rules: Rules) -> Problems:
    yield from unknown(path, "dimension in `dimensions`", "軸(dimensions)", name, rules.dimensions)


def _unknown_value(path: str, dimension: str, value: str, rules: Rules) -> Problems:
    """Only of the two dimensions whose values the rules themselves make."""
    if dimension == "channel_group":
        yield from unknown(path, "channel group", "チャネルグループ", value, rules.channel_groups)
    if dimension == "size_band":
        yield from unknown(path, "size band", "企業規模の区分", value, size_band_names(rules.size_bands))


# ---------------------------------------------------------------- section by section


def _agreed(rules: Rules) -> Problems:
    on, review_by = rules.agreed.on, rules.agreed.review_by
    if on and review_by and review_by < on:
        yield Problem(
            "agreed.review_by",
            f"{review_by} is before the agreement of {on}; it must not be",
            f"見直し日 {review_by} が合意日 {on} より前です。",
        )


def _dimensions(rules: Rules) -> Problems:
    yield from twice(lambda index: f"dimensions[{index}]", rules.dimensions, "dimension", "軸")


def _stages(rules: Rules) -> Problems:
    yield from twice(lambda index: f"stages[{index}].key", (stage.key for stage in rules.stages))
    won = [index for index, stage in enumerate(rules.stages) if stage.kind == "won"]
    if not won:
        yield Problem(
            "stages",
            'the path has no end; give one stage kind = "won"',
            'パスの終わりがありません。kind = "won" のステージを1つ書いてください。',
        )
    for index in won[1:]:
        yield Problem(
            f"stages[{index}].kind",
            f'the path ends at stages[{won[0]}] already; only one stage can be "won"',
            f"パスの終わりは stages[{won[0]}] にあります。won にできるステージは1つだけです。",
        )
    path = [index for index, stage in enumerate(rules.stages) if stage.kind == "path"]
    if not path:
        yield Problem(
            "stages",
            'the path has no beginning; give at least one stage kind = "path"',
            'パスの始まりがありません。kind = "path" のステージを1つ以上書いてください。',
        )
    for index in path:
        if won and index > won[0]:
            yield Problem(
                f"stages[{index}].kind",
                f"stands after the end of the path, stages[{won[0]}]; the list is the path in order",
                f"パスの終わり stages[{won[0]}] より後にあります。ステージはパスの順に書いてください。",
            )
    yield from _stage_words(rules)
    for index, stage in enumerate(rules.stages):
        if stage.max_age is not None:
            yield from exactly_one(f"stages[{index}].max_age", dict(stage.max_age))
            if stage.max_age.business_days is not None:
                yield from _needs_opening(f"stages[{index}].max_age.business_days", rules)


def _stage_words(rules: Rules) -> Problems:
    taken: dict[str, tuple[int, str]] = {}
    for index, stage in enumerate(rules.stages):
        label = stage.label
        spelled = [("key", stage.key)]
        spelled += [(f"label.{language}", word) for language, word in (dict(label) if label else {}).items()]
        spelled += [(f"aliases[{number}]", word) for number, word in enumerate(stage.aliases)]
        for field, word in spelled:
            if word is None:
                continue
            path = f"stages[{index}].{field}"
            other, there = taken.setdefault(stage_word(word), (index, path))
            if other != index:
                yield Problem(
                    path,
                    f'"{word}" already means another stage, by {there}; a word can mean only one',
                    f"「{word}」は {there} で別のステージを指しています。1つの語に1つのステージです。",
                )


def _milestones(rules: Rules) -> Problems:
    keys, ranks, written = [stage.key for stage in rules.stages], rules.ranks(), rules.milestones
    for name in MILESTONES:
        stage: str = getattr(written, name)
        path = f"milestones.{name}"
        if stage not in ranks and (stage in keys or name in written.model_fields_set):
            if stage in keys:
                yield Problem(
                    path,
                    f'"{stage}" is not on the path; choose a stage of kind path or won',
                    f"「{stage}」はパスの上にありません。kind が path か won のステージを書いてください。",
                )
            else:
                yield from _unknown_stage(path, stage, rules)
        elif name in keys and stage != name:
            yield Problem(
                path,
                f'means "{stage}", but another stage has the key "{name}"; rename that stage or mean it',
                f"「{stage}」を指していますが、「{name}」というキーのステージが別にあります。"
                "そのステージを指すか、キーを変えてください。",
            )
    placed = [(name, ranks[getattr(written, name)]) for name in MILESTONES if rules.milestone(name)]
    for (before, low), (after, high) in pairwise(placed):
        if low > high:
            yield Problem(
                f"milestones.{after}",
                f"comes before milestones.{before} on the path; it must not",
                f"パスの上で milestones.{before} より前にあります。順に並ぶようにしてください。",
            )


def _activity_types(rules: Rules) -> Problems:
    for name in rules.activity_types:
        if name in FIXED_TYPES:
            yield Problem(
                f"activity_types.{name}",
                "has a fixed meaning; leave it out or choose another name",
                "意味が決まっている種別です。書かないか、別の名前にしてください。",
            )
    for role, types in rules.roles:
        yield from _unknown_types(f"roles.{role}", types, rules)


def _scoring(rules: Rules) -> Problems:
    thresholds = [(name, value) for name, value in rules.scoring.thresholds if value is not None]
    for (before, low), (after, high) in pairwise(thresholds):
        if low >= high:
            yield Problem(
                f"scoring.thresholds.{after}",
                f"{high:g} must be larger than {before} = {low:g}",
                f"{high:g} は {before} の {low:g} より大きくしてください。",
            )
    columns = [*NUMBER_COLUMNS, *TEXT_COLUMNS, *rules.dimensions]
    for index, attribute in enumerate(rules.scoring.attributes):
        for column, condition in attribute.when.items():
            path = f"scoring.attributes[{index}].when.{column}"
            yield from unknown(path, "column", "列", column, columns)
            for number, value in enumerate(condition.values):
                yield from _unknown_value(f"{path}[{number}]", column, value, rules)
            if not condition.values and column in TEXT_COLUMNS:
                yield Problem(
                    path,
                    'is text and has no range; list its values like ["IT"]',
                    '文字列の列なので範囲は書けません。["IT"] のように値を並べてください。',
                )
            if condition.min is not None and condition.max is not None and condition.min > condition.max:
                yield Problem(
                    path,
                    f"min = {condition.min:g} is above max = {condition.max:g}; nothing can match",
                    f"min の {condition.min:g} が max の {condition.max:g} より大きくなっています。",
                )
    for index, behaviour in enumerate(rules.scoring.behaviours):
        yield from _unknown_type(f"scoring.behaviours[{index}].type", behaviour.type, rules)
    bands = rules.scoring.bands
    yield from twice(lambda index: f"scoring.bands[{index}].key", (band.key for band in bands))
    for index, (band, following) in enumerate(pairwise(bands), start=1):
        if band.from_ >= following.from_:
            yield Problem(
                f"scoring.bands[{index}].from",
                f"{following.from_:g} must be larger than {band.from_:g}, the band before",
                f"{following.from_:g} は前の帯の {band.from_:g} より大きくしてください。",
            )


def _handoff(rules: Rules) -> Problems:
    columns = [*TEXT_COLUMNS, *NUMBER_COLUMNS, *rules.dimensions]
    for index, item in enumerate(rules.handoff.any_of):
        path = f"handoff.any_of[{index}]"
        if item.score is None and not item.did and not item.known:
            yield Problem(
                path,
                "asks for nothing; give score, did or known",
                "条件がありません。score、did、known のどれかを書いてください。",
            )
        yield from _unknown_types(f"{path}.did", item.did, rules)
        for number, column in enumerate(item.known):
            yield from unknown(f"{path}.known[{number}]", "column", "列", column, columns)


def _definition_matrix(rules: Rules) -> Problems:
    yield from matrix.problems(rules, [*TEXT_COLUMNS, *NUMBER_COLUMNS, *rules.dimensions])


def _sla(rules: Rules) -> Problems:
    yield from twice(lambda index: f"sla[{index}].key", (policy.key for policy in rules.sla))
    for index, policy in enumerate(rules.sla):
        path = f"sla[{index}]"
        if policy.key in KPIS:
            yield Problem(
                f"{path}.key",
                f'"{policy.key}" is the name of a figure already; choose another',
                f"「{policy.key}」は指標の名前です。別の名前にしてください。",
            )
        yield from _start(f"{path}.start", policy, rules)
        yield from _stop(f"{path}.stop", policy, rules)
        yield from exactly_one(f"{path}.due", dict(policy.due))
        for kind in ("business_hours", "business_days"):
            if getattr(policy.due, kind) is not None:
                yield from _needs_opening(f"{path}.due.{kind}", rules)
        for dimension, values in policy.applies_to.items():
            yield from _unknown_dimension(f"{path}.applies_to.{dimension}", dimension, rules)
            for number, value in enumerate(values):
                yield from _unknown_value(f"{path}.applies_to.{dimension}[{number}]", dimension, value, rules)


def _start(path: str, policy: Policy, rules: Rules) -> Problems:
    start = policy.start
    yield from exactly_one(path, dict(start))
    if start.created is False:
        yield Problem(
            f"{path}.created",
            "can only be true; leave it out to start otherwise",
            "書けるのは true だけです。別の始まりにするなら書かないでください。",
        )
    if start.stage is not None:
        yield from _unknown_stage(f"{path}.stage", start.stage, rules)
    elif policy.every:
        yield Problem(
            path,
            "every = true needs start.stage, the stage in which the clock comes back",
            "every = true には start.stage(時計が繰り返すステージ)が必要です。",
        )
    yield from _unknown_types(f"{path}.activity", start.activity or (), rules)


def _stop(path: str, policy: Policy, rules: Rules) -> Problems:
    stop = policy.stop
    if not stop.activity and not stop.stage:
        yield Problem(
            path,
            "never stops the clock; give activity or stage",
            "時計が止まりません。activity か stage を書いてください。",
        )
    if stop.connected and not stop.activity:
        yield Problem(
            f"{path}.connected",
            "narrows activity, which is not given; give it or leave connected out",
            "絞る対象の activity がありません。activity を書くか、connected を消してください。",
        )
    yield from _unknown_types(f"{path}.activity", stop.activity, rules)
    yield from _unknown_stages(f"{path}.stage", stop.stage, rules)


def _needs_opening(path: str, rules: Rules) -> Problems:
    if not ever_opens(rules.business_calendar()):
        yield Problem(
            path,
            "counts business time, but no weekday ever opens; give calendar.hours",
            "営業時間で数えますが、開いている曜日がありません。calendar.hours を書いてください。",
        )


def _dormancy(rules: Rules) -> Problems:
    dormancy = rules.dormancy
    if dormancy.warn_days > dormancy.days:
        yield Problem(
            "dormancy.warn_days",
            f"{dormancy.warn_days:g} must not be more than days = {dormancy.days:g}",
            f"{dormancy.warn_days:g} は days の {dormancy.days:g} 以下にしてください。",
        )
    yield from _unknown_types("dormancy.ignore", dormancy.ignore, rules)
    yield from _unknown_stages("dormancy.exclude_stages", dormancy.exclude_stages, rules)


def _channel_groups(rules: Rules) -> Problems:
    taken: dict[str, str] = {}
    for group, members in rules.channel_groups.items():
        for index, channel in enumerate(members.channels):
            other = taken.setdefault(channel, group)
            if other != group:
                yield Problem(
                    f"channel_groups.{group}.channels[{index}]",
                    f'"{channel}" is in channel_groups.{other} already; a channel has one group',
                    f"「{channel}」は channel_groups.{other} に入っています。1つだけにしてください。",
                )


def _targets(rules: Rules) -> Problems:
    policies = [policy.key for policy in rules.sla]
    for kpi, target in rules.targets.items():
        yield from unknown(f"targets.{kpi}", "figure", "指標", kpi, [*KPIS, *policies])
        if kpi in (*RATES, *policies) and target > 1:
            yield Problem(
                f"targets.{kpi}",
                f"{target:g} is a rate and must be between 0 and 1, like 0.3 for 30 %",
                f"{target:g} は率なので 0 から 1 の間で書いてください(30%なら 0.3)。",
            )
    for index, staged in enumerate(rules.staged_targets):
        path = f"staged_targets[{index}]"
        yield from unknown(f"{path}.kpi", "rate", "率の指標", staged.kpi, [*RATES, *policies])
        for number, (step, following) in enumerate(pairwise(staged.steps), start=1):
            if step.months >= following.months:
                yield Problem(
                    f"{path}.steps[{number}].months",
                    f"{following.months} must be more than {step.months}, the step before",
                    f"{following.months} は前の段階の {step.months} より大きくしてください。",
                )


def _benchmarks(rules: Rules) -> Problems:
    for index, benchmark in enumerate(rules.benchmarks):
        path = f"benchmarks[{index}]"
        if benchmark.stage in [stage.key for stage in rules.stages]:
            yield from unknown(
                f"{path}.stage", "stage on the path", "パス上のステージ", benchmark.stage, rules.ranks()
            )
        else:
            yield from _unknown_stage(f"{path}.stage", benchmark.stage, rules)
        yield from _unknown_dimension(f"{path}.dimension", benchmark.dimension, rules)
        if benchmark.dimension in ("owner", "owner_team"):
            yield Problem(
                f"{path}.dimension",
                f'"{benchmark.dimension}" changes as a lead moves on, so it would choose by the outcome; '
                "choose another dimension",
                f"「{benchmark.dimension}」はリードの進行とともに変わるため、結果で選ぶことになります。"
                "別の軸を書いてください。",
            )
        yield from _unknown_value(f"{path}.value", benchmark.dimension, benchmark.value, rules)
        if benchmark.low > benchmark.high:
            yield Problem(
                f"{path}.low",
                f"{benchmark.low:g} must not be more than high = {benchmark.high:g}",
                f"{benchmark.low:g} は high の {benchmark.high:g} 以下にしてください。",
            )


_CHECKS: tuple[Callable[[Rules], Problems], ...] = (
    _agreed,
    _dimensions,
    _stages,
    _milestones,
    _activity_types,
    _scoring,
    _handoff,
    _definition_matrix,
    _sla,
    _dormancy,
    _channel_groups,
    _targets,
    _benchmarks,
)
