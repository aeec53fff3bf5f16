"""One company's data in several dialects of a tool's files: what is served is the same to the byte."""

import hashlib
from pathlib import Path

from funnel.exports.current import served
from tests.importing.imports import Imported, csv, take

OWNERS = csv(
    ("owner_id", "email", "first_name", "last_name"),
    ("501", "b@example.com", "太郎", "山田"),
    ("502", "c@example.com", "花子", "佐藤"),
)
ENGLISH = (
    "Record ID", "First Name", "Last Name", "Email", "Company Name", "Job Title", "Lifecycle Stage", "Create Date", "HubSpot Score", "Number of Employees",
    "Became a Lead Date", "Became a Marketing Qualified Lead Date", 'Date entered "Sales Qualified Lead (Lifecycle Stage Pipeline)"',
    "Unsubscribed from all email", "Original Source", "Contact owner",
)  # fmt: skip
JAPANESE = (
    "レコードID", "名", "姓", "Eメール", "会社名", "役職", "ライフサイクルステージ", "作成日", "HubSpotスコア", "従業員数",
    "リード（見込み客）になった日付", "MQL（マーケティング上の有望な見込み客）になった日付", "日付が入力されました “SQL (ライフサイクルステージパイプライン)”",
    "すべてのEメールの配信登録を解除", "オリジナルソース", "コンタクト担当者",
)  # fmt: skip
INTERNAL = (
    "hs_object_id", "firstname", "lastname", "email", "company", "jobtitle", "lifecyclestage", "createdate", "hubspotscore", "numemployees",
    "hs_lifecyclestage_lead_date", "hs_lifecyclestage_marketingqualifiedlead_date", "hs_v2_date_entered_salesqualifiedlead",
    "hs_email_optout", "hs_analytics_source", "hubspot_owner_id",
)  # fmt: skip
STAGES = {  # of English, Japanese and internal exports
    "lead": ("Lead", "リード", "lead"),
    "mql": ("Marketing Qualified Lead", "MQL", "marketingqualifiedlead"),
    "sql": ("Sales Qualified Lead", "SQL", "salesqualifiedlead"),
    "won": ("Customer", "顧客", "customer"),
}
CHANNELS = {
    "seo": ("Organic Search", "オーガニック検索", "ORGANIC_SEARCH"),
    "offline": ("Offline Sources", "オフラインソース", "OFFLINE"),
    "": ("", "", ""),
}


def contacts(dialect: int) -> str:
    """The same four contacts in English, Japanese or internal names."""
    owner = [("山田 太郎", "501"), ("佐藤 花子 (Deactivated User)", "502"), ("", "")]
    yes, no = ("Yes", "No") if dialect == 0 else ("はい", "いいえ") if dialect == 1 else ("true", "false")
    people = (
        ("11", "一郎", "髙橋", "T@Example.com", "①㈱髙橋", "部長", "mql", "2024-01-05 10:00", "55", "120", "2024-01-05 10:00", "2024-02-01 09:30", "", no, "seo", 0),
        ("007", "Ann", "O'Hara", "", "Acme, Inc.", "", "sql", "2024-01-06 10:00", "", "", "", "2024-02-02", "2024-02-03 18:45", yes, "offline", 1),
        ("13", "", "", "x@example.com", 'A "B" C\nD', "CEO", "won", "2024-01-07 10:00", "0", "51-200", "2024-01-07 10:00", "", "2024-03-01 00:00", "", "", 2),
        ("14", "二郎", "", "y@example.com", "", "", "lead", "2024-01-08 10:00", "12.5", "1,200", "2024-01-08", "", "", no, "seo", 0),
    )  # fmt: skip
    rows = [
        (
            *row[:6],
            STAGES[str(row[6])][dialect],
            *row[7:-2],
            CHANNELS[str(row[-2])][dialect],
            owner[int(row[-1])][dialect == 2],
        )
        for row in people
    ]
    return csv((ENGLISH, JAPANESE, INTERNAL)[dialect], *rows)  # type: ignore[arg-type]


def bytes_of(found: Imported) -> dict[str, str]:
    """The SHA-256 of every file of leads and activities that is served."""
    folder = served(found.data)
    paths = [folder / "leads.parquet", *sorted((folder / "activities").glob("*.parquet"))]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_hubspots_english_japanese_and_internal_exports_give_the_same_bytes(tmp_path: Path) -> None:
    made = [
        take(tmp_path / str(dialect), {"owners.csv": OWNERS, "contacts.csv": contacts(dialect)})
        for dialect in range(3)
    ]
    assert [bytes_of(each) for each in made[1:]] == [bytes_of(made[0])] * 2
    found = made[0]
    assert (found.file_named("contacts.csv").accepted, found.file_named("contacts.csv").also) == (4, 7)
    assert {key: (lead["stage"], lead["owner"], lead["score"], lead["employees"]) for key, lead in found.leads.items()} == {
        "007": ("sql", "佐藤 花子", None, None), "11": ("mql", "山田 太郎", 55.0, 120),
        "13": ("won", None, 0.0, 51), "14": ("new", "山田 太郎", 12.5, 1200),
    }  # fmt: skip
    assert [lead["channel"] for lead in found.leads.values()] == ["offline", "seo", None, "seo"]
    assert [(row["lead_id"], row["to_value"]) for row in found.activities] == [
        ("11", "new"), ("13", "new"), ("14", "new"), ("11", "mql"), ("007", "mql"), ("007", "sql"), ("13", "sql"),
    ]  # fmt: skip


def test_encoding_and_line_ends_leave_no_trace_and_the_same_import_gives_the_same_bytes(
    tmp_path: Path,
) -> None:
    other = contacts(0).replace("\n", "\r\n").replace("C\r\nD", "C\nD")
    contents = [contacts(0).encode(), other.encode("utf-8-sig"), other.encode("utf-16"), contacts(0).encode()]
    made = [
        bytes_of(take(tmp_path / str(turn), {"owners.csv": OWNERS, "contacts.csv": each}))
        for turn, each in enumerate(contents)
    ]
    assert made == [made[0]] * 4


def test_a_japanese_report_of_salesforce_equals_its_clean_english_twin(tmp_path: Path) -> None:
    english = (
        "Lead ID 18",
        "Company / Account",
        "Last Name",
        "First Name",
        "Email",
        "Lead Status",
        "Lead Owner",
        "Create Date",
        "No. of Employees",
        "Converted",
        "Converted Date",
    )
    japanese = (
        "リードID18",
        "会社名 / 取引先",
        "姓",
        "名",
        "メール",
        "リード 状況",
        "リード 所有者",
        "作成日",
        "従業員数",
        "取引の開始済み",
        "取引開始日",
    )
    rows = [
        (
            "00Q000000000001EAA",
            "①㈱髙橋～",
            "髙橋",
            "一郎",
            "t@example.jp",
            0,
            "佐藤 花子",
            "2024/04/01 9:30",
            "120",
            "0",
            "",
        ),
        ("00Q000000000002EAA", 'A "B",\nC', "山田", "", "", 1, "鈴木", "2024/04/02", "", "1", "2024/04/09"),
    ]
    words = (("Open - Not Contacted", "Closed - Converted"), ("未対応 - 未連絡", "完了 - 取引開始済み"))
    clean = csv(english, *([*row[:5], words[0][int(row[5])], *row[6:]] for row in rows))  # type: ignore[list-item, misc]
    preamble = '"リードの一覧"\r\n"2024/04/10 現在 佐藤 花子"\r\n\r\n'
    footer = '\r\n"リードの一覧"\r\n"Copyright (c) 2000-2025 salesforce.com, inc. All rights reserved."\r\n"Confidential Information - Do Not Distribute"\r\n"合計 (2 件)"\r\n'
    report = (
        preamble
        + csv(
            japanese, *([*row[:5], words[1][int(row[5])], *row[6:]] for row in rows), quoted=True, end="\r\n"
        )
        + footer
    )  # type: ignore[list-item, misc]
    made = (
        take(tmp_path / "en", {"report.csv": clean}),
        take(tmp_path / "ja", {"レポート.csv": report.encode("cp932")}),
    )
    assert bytes_of(made[0]) == bytes_of(made[1])
    assert [lead["stage"] for lead in made[1].leads.values()] == ["new", "won"]
    assert made[1].of_type("stage_change", "to_value") == [("opportunity",)]
    assert made[1].file.left_out == 6
