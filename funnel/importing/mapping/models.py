"""The keys of a mapping: what a tool's files look like and where their columns and words go.

Knows the shape of one mapping file. Where mappings lie is load.py; which of them a file follows is recognise.py.

Three types of a mapping are of no rules version: `change`, a field that got another value (which field, and with it
the type, is said by `fields`); `merge`, a lead that took in others; `delete`, a lead that is gone. The last two end in
no activity. `stage_change:KEY` is a change of stage where the word alone tells the stage.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from funnel.rules.values import Zone
from funnel.toml_values import Label, Many, Section, Some, Text, nearest, wrong

FileKind = Literal["leads", "activities", "links", "owners", "merges", "costs", "types", "other"]
DateOrder = Literal["ymd", "mdy", "dmy", "auto"]
Change = Literal["stage_change", "owner_change", "score_change"]

LEAD_TARGETS = (
    "lead_id", "created_at", "company", "contact_name", "first_name", "last_name", "email", "phone", "department",
    "title", "title_rank", "industry", "campaign", "interest", "employees", "channel", "owner", "owner_id",
    "owner_team", "stage", "status", "stage_since", "score", "need", "budget", "timeline", "decision_maker", "amount",
    "lost_reason", "opted_out", "excluded", "record_url", "crm_id", "other_id", "merged_ids", "merged_into", "deleted",
    "converted", "converted_at", "updated_at", "record_start",
)  # fmt: skip
ACTIVITY_TARGETS = (
    "activity_id", "lead_id", "email", "occurred_at", "type", "type_detail", "field", "actor", "actor_id", "outcome",
    "from_value", "to_value", "reason", "points", "asset", "attributes", "deleted", "left_out_if", "record_start",
    "not_before", "made_at",
)  # fmt: skip
TARGETS: dict[str, tuple[str, ...]] = {
    "leads": LEAD_TARGETS,
    "activities": ACTIVITY_TARGETS,
    "links": ("activity_id", "lead_id"),
    "owners": ("owner_id", "name", "first_name", "last_name", "email"),
    "merges": ("lead_id", "merged_ids"),
    "costs": ("month", "channel", "campaign", "cost"),
    "types": ("type", "name"),
    "other": (),
}
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {  # of each group one target must have a column
    "leads": (("lead_id",),),
    "activities": (("lead_id", "email"), ("occurred_at",)),
    "links": (("activity_id",), ("lead_id",)),
    "owners": (("owner_id",),),
    "merges": (("lead_id",), ("merged_ids",)),
    "costs": (("month",), ("channel",), ("cost",)),
    "types": (("type",), ("name",)),
    "other": (),
}
OF_LEADS = ("entered", "entered_like", "statuses", "channels", "converted_stage", "keep")
OF_ACTIVITIES = ("types", "fields", "outcomes", "type")


# ---------------------------------------------------------------- single values


def _pattern(groups: int, more: bool = False) -> AfterValidator:
    def check(text: str) -> str:
        try:
            count = re.compile(text).groups
        except re.error as error:
            raise wrong(
                f'"{text}" is no regular expression: {error}',
                f"「{text}」は正規表現として読めません。書き方を直してください。",
            ) from None
        if count < groups or (count > groups and not more):
            raise wrong(
                f'"{text}" has {count} groups in brackets; write {groups}',
                f"「{text}」には括弧のグループが{count}個あります。{groups}個にしてください。",
            )
        return text

    return AfterValidator(check)


def _in_sql(text: str) -> str:
    """A pattern that the database's own regular expressions take, too."""
    if re.search(r"\(\?[=!<P]|\\[1-9]", text):
        raise wrong(
            f'"{text}" looks around or back; write it without (?=, (?!, (?<, (?P and \\1',
            f"「{text}」の先読み・後読み・後方参照は使えません。(?= (?! (?< (?P と \\1 を使わずに書いてください。",
        )
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise wrong(
            f'"{text}" is no key; write small letters, digits and _',
            f"「{text}」はキーになりません。英小文字・数字・_ で書いてください。",
        )
    return text


def _type_value(text: str) -> str:
    kind, colon, stage = text.partition(":")
    is_odd = kind in ("owner_change", "score_change") or not stage.strip()
    if text.strip() != text or (colon and is_odd):
        raise wrong(
            f'"{text}" is no type; only "stage_change" goes with a word: stage_change:STAGE',
            f"「{text}」は種類になりません。語を添えられるのは「stage_change:ステージ」だけです。",
        )
    return text


Key = Annotated[str, AfterValidator(_key)]
TypeValue = Annotated[str, AfterValidator(_type_value)]  # "", a type, or "stage_change:<stage key>"
Words = dict[Text, Text]  # which keys there are is said by each version of the rules
Pattern = Annotated[Text, _pattern(0, more=True)]
OneGroup = Annotated[Text, _pattern(1)]
TwoGroups = Annotated[Text, _pattern(2)]
DayPattern = Annotated[Text, _pattern(3)]
IdPattern = Annotated[Text, _pattern(0), AfterValidator(_in_sql)]
OwnZone = Zone | Literal[""]


class TypeWord(NamedTuple):
    """What one word of `type`, or a pair of `type` and `type_detail`, means."""

    word: str
    detail: str | None  # None: whatever the detail is
    type: str  # "": the row is left out
    to_value: str | None  # the stage of a stage_change that the word alone tells


# ---------------------------------------------------------------- sections


class EnteredLike(Section):
    """Headers that carry the stage word themselves, as group 1 of one of the patterns."""

    pattern: Some[OneGroup]


class Shape(Section):
    """One shape of file of a tool."""

    name: Key
    label: Label
    kind: FileKind
    needs: Many[Some[Text]] = ()
    refuses: Many[Text] = ()
    timezone: OwnZone | None = None
    date_order: DateOrder | None = None
    nulls: Many[str] = ()
    columns: dict[Text, Some[Text]] = Field(default_factory=dict)
    coalesce: dict[Text, Some[Text]] = Field(
        default_factory=dict
    )  # of a row, the first column that is filled
    entered: dict[Text, Some[Text]] = Field(default_factory=dict)
    entered_like: EnteredLike | None = None
    stages: Words = Field(default_factory=dict)
    statuses: Words = Field(default_factory=dict)
    channels: Words = Field(default_factory=dict)
    types: dict[Text, TypeValue] = Field(default_factory=dict)
    fields: dict[Text, Change] = Field(default_factory=dict)
    outcomes: Words = Field(default_factory=dict)
    null_in: dict[Text, Many[str]] = Field(default_factory=dict)
    type: Text | None = None  # of rows that write none; read together with type_detail like a written word
    converted_stage: Text | None = None
    options: TwoGroups | None = None
    keep: Many[Text] = ()
    also: Many["Shape"] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Shape":
        targets = TARGETS[self.kind]
        for section in ("columns", "coalesce", "null_in"):
            for target in getattr(self, section):
                if target not in targets:
                    near, near_ja = nearest(target, targets)
                    raise wrong(
                        f'{section}: a file of {self.kind} has no "{target}"{near}',
                        f"{section}: 種類 {self.kind} のファイルに「{target}」はありません。{near_ja}",
                    )
        for target in self.coalesce:
            if target in self.columns:
                raise wrong(
                    f'"{target}" stands in both columns and coalesce; keep one',
                    f"「{target}」が columns と coalesce の両方にあります。片方だけにしてください。",
                )
        for keys, kind in ((OF_LEADS, "leads"), (OF_ACTIVITIES, "activities")):
            for key in keys:
                if getattr(self, key) and self.kind != kind:
                    raise wrong(
                        f'"{key}" is for files of {kind} only, not of {self.kind}',
                        f"「{key}」は種類 {kind} のファイルだけに書けます(ここは {self.kind})。",
                    )
        for group in NEEDED[self.kind]:
            if not any(target in self.columns or target in self.coalesce for target in group):
                raise wrong(
                    f"columns: a file of {self.kind} needs {' or '.join(group)}; name its header",
                    f"columns: 種類 {self.kind} のファイルには {' か '.join(group)} が要ります。列名を書いてください。",
                )
        return self

    @property
    def type_words(self) -> tuple[TypeWord, ...]:
        """`types` with its pairs and stages taken apart, in the order of the file."""
        return tuple(_type_word(word, value) for word, value in self.types.items())


def _type_word(written: str, value: str) -> TypeWord:
    word, slash, detail = written.partition("/")
    stage = value.removeprefix("stage_change:")
    kind = value if stage == value else "stage_change"
    return TypeWord(word.strip(), detail.strip() if slash else None, kind, None if kind == value else stage)


class Mapping(Section):
    """How one tool's files are read. The words here are those of every shape that has none of its own for them."""

    tool: Key
    label: Label
    nulls: Many[Text] = ()
    timezone: OwnZone = ""
    date_order: DateOrder = "auto"
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    wins: Many[Text] = ()  # lead fields in which this tool has the last word when two tools meet
    short_ids: bool = False  # one id comes with 15 and with 18 characters: all are written with 18
    final_ids: bool = (
        False  # ids are kept as written: no tool's name before them, and never several in one cell
    )
    user_ids: IdPattern | None = (
        None  # what the ids of its users look like, where the files of other tools name them too
    )
    exported_on: Many[DayPattern] = ()  # in a file's name: year, month and day of the export
    file_names: Many[Pattern] = ()  # names that tell the tool where the headers cannot
    footers: Many[Pattern] = ()  # how a line begins that only the footer of its reports has
    stages: Words = Field(default_factory=dict)
    statuses: Words = Field(default_factory=dict)
    channels: Words = Field(default_factory=dict)
    types: dict[Text, TypeValue] = Field(default_factory=dict)
    fields: dict[Text, Change] = Field(default_factory=dict)
    outcomes: Words = Field(default_factory=dict)
    files: Some[Shape]

    def shape(self, name: str) -> Shape:
        """The shape of this name, which must exist."""
        return next(shape for shape in self.files if shape.name == name)


def user_ids(mappings: Iterable[Mapping]) -> str | None:
    """The pattern of the ids of users that the files of several tools name; None where no mapping has such."""
    return "|".join(f"(?:{mapping.user_ids})" for mapping in mappings if mapping.user_ids) or None


def with_tools_words(mapping: Mapping) -> Mapping:
    """The mapping with the tool's zone, date order, null words and words in every shape that may use them."""
    return mapping.model_copy(update={"files": tuple(_filled(shape, mapping) for shape in mapping.files)})


def _filled(shape: Shape, mapping: Mapping) -> Shape:
    words: dict[str, object] = {
        "nulls": tuple(dict.fromkeys((*mapping.nulls, *shape.nulls))),
        "timezone": mapping.timezone if shape.timezone is None else shape.timezone,
        "date_order": shape.date_order or mapping.date_order,
        "also": tuple(_filled(other, mapping) for other in shape.also),
    }
    if shape.kind in ("leads", "activities"):
        words["stages"] = mapping.stages | shape.stages
    if shape.kind == "leads":
        words["statuses"] = mapping.statuses | shape.statuses
        words["channels"] = mapping.channels | shape.channels
    if shape.kind == "activities":
        words["types"] = mapping.types | shape.types
        words["fields"] = mapping.fields | shape.fields
        words["outcomes"] = mapping.outcomes | shape.outcomes
    return shape.model_copy(update=words)


def named(shape: Shape) -> tuple[str, ...]:
    """Every header that the shape names, as written."""
    lists: Iterable[Sequence[str]] = (
        *shape.needs,
        *shape.columns.values(),
        *shape.coalesce.values(),
        *shape.entered.values(),
    )
    own = [header for headers in lists for header in headers]
    return tuple(dict.fromkeys((*own, *(header for other in shape.also for header in named(other)))))
