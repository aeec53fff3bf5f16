"""The words and the odds of the generated company. Codes in `generate` are places in these lists."""

import numpy as np

STAGES = ["new", "nurturing", "mql", "sql", "opportunity", "won", "lost", "dormant"]
NEW, NURTURING, MQL, SQL, OPPORTUNITY, WON, LOST, DORMANT = range(8)
UPWARD = [MQL, SQL, OPPORTUNITY, WON]  # what an interested lead does more often
LONGEST_WALK = 12

# from each stage (row) to each stage (column); the last column = it stays for good
MOVES = np.array(
    [
        [0.00, 0.62, 0.15, 0.00, 0.00, 0.00, 0.03, 0.02, 0.18],
        [0.00, 0.00, 0.32, 0.01, 0.00, 0.00, 0.05, 0.12, 0.50],
        [0.00, 0.27, 0.00, 0.34, 0.01, 0.00, 0.12, 0.03, 0.23],
        [0.00, 0.08, 0.05, 0.00, 0.58, 0.00, 0.15, 0.02, 0.12],
        [0.00, 0.02, 0.00, 0.03, 0.00, 0.30, 0.35, 0.03, 0.27],
        [0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 1.00],
        [0.00, 0.14, 0.02, 0.00, 0.01, 0.00, 0.00, 0.00, 0.83],
        [0.00, 0.22, 0.06, 0.00, 0.00, 0.00, 0.05, 0.00, 0.67],
    ]
)
STAY_DAYS = np.array([1.5, 45.0, 5.0, 9.0, 45.0, 1.0, 120.0, 110.0])  # medians

TYPES = [
    "email_sent", "email_open", "email_click", "web_visit", "pricing_visit", "product_visit",
    "whitepaper_download", "webinar_attend", "seminar_attend", "inquiry", "demo_request", "quote_request",
    "consult_request", "note", "call", "email_out", "meeting", "stage_change", "owner_change",
]  # fmt: skip
_SHARES = np.array([38, 18, 6, 14, 2.5, 6, 4, 2, 1, 1, 0.4, 0.4, 0.4, 3])
OWN_SHARES = _SHARES / _SHARES.sum()  # of the first fourteen types
HAS_ASSET = np.array([True] * 9 + [False] * 5)
CALL, EMAIL_OUT, MEETING = (TYPES.index(name) for name in ("call", "email_out", "meeting"))

# entry to a stage (-1 = creation), acts on average, days after it, and which
OUR_ACTS = [
    (-1, 0.25, 60.0, [CALL, EMAIL_OUT]),
    (NURTURING, 0.3, 40.0, [CALL, CALL, EMAIL_OUT]),
    (MQL, 2.2, 3.0, [CALL, CALL, CALL, EMAIL_OUT]),
    (SQL, 2.0, 8.0, [CALL, EMAIL_OUT, MEETING, MEETING]),
    (OPPORTUNITY, 5.0, 35.0, [CALL, EMAIL_OUT, MEETING, MEETING]),
]

OUTCOME_NAMES = ["connected", "no_answer", "appointment", "replied"]
# by type, ten equally likely outcomes each; -1 = none
OUTCOMES = np.full((len(TYPES), 10), -1)
OUTCOMES[CALL] = [1, 1, 1, 1, 1, 0, 0, 0, 2, -1]
OUTCOMES[EMAIL_OUT] = [3, 3, -1, -1, -1, -1, -1, -1, -1, -1]

FAMILY = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "松本",
    "井上",
]
GIVEN = [
    "健",
    "誠",
    "大輔",
    "美咲",
    "陽子",
    "直樹",
    "彩",
    "拓也",
    "恵",
    "翔太",
    "真由美",
    "亮",
    "香織",
    "剛",
    "遥",
]
OWNERS = [f"{family} {given}" for given in GIVEN[:4] for family in FAMILY][:60]
INSIDE = 40  # the first forty are inside sales, the rest field sales
OWNER_VALUES = len(STAGES)  # where owners begin in VALUES
VALUES = [*STAGES, *OWNERS]

COMPANIES = [
    "青葉システム", "北斗製作所", "みなと物流", "光和電機", "さくら商事", "東和ソフト", "大空建設", "若葉薬品",
    "三峰精工", "瑞穂食品", "港南サービス", "富士見情報", "日の出運輸", "白樺化学", "千歳通信", "春日工業",
]  # fmt: skip
DEPARTMENTS = ["情報システム部", "営業部", "マーケティング部", "経営企画部", "総務部", "製造部", "購買部"]
TITLES = [
    "担当",
    "主任",
    "課長",
    "係長",
    "部長",
    "マネージャー",
    "本部長",
    "取締役",
    "代表取締役社長",
    "CTO",
    "社長室 秘書",
    "次長",
]
INDUSTRIES = ["製造", "IT", "SaaS", "卸売", "小売", "建設", "物流", "金融", "医療", "教育", "官公庁"]
CAMPAIGNS = [
    f"{year}{season}キャンペーン{number}"
    for year in (2025, 2026)
    for season in "春夏秋冬"
    for number in range(1, 6)
]
CHANNELS = [
    "web_form",
    "seo",
    "ad",
    "webinar",
    "exhibition",
    "whitepaper",
    "outbound_call",
    "referral",
    "seminar",
    "sns",
    "list",
]
NEEDS = ["業務効率化", "コスト削減", "法対応", "売上拡大"]
BUDGETS = ["確保済み", "申請中", "未定"]
REASONS = ["時期尚早", "予算なし", "競合採用", "対象外", "連絡不通", "情報収集のみ"]
ASSETS = [f"資料{number:03d}" for number in range(1, 121)]
