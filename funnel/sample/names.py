"""The words that the sample company is made of: invented companies, ordinary people, titles, our own staff.

Tables and draws from them, nothing else. No company here exists: the names are put together from the
syllables of a picture book, the mail addresses end in example.jp, the telephone exchange 0000 is not in use.
"""

from random import Random
from typing import NamedTuple, TypeVar

Key = TypeVar("Key")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FRONT = _words(
    "あお かぜ つき ほし にじ ゆき はな もり なみ そら みず あさ ひだまり こもれび わか"
    " しろ まつ こと ゆめ とき"
)
_BACK = _words("のわ 舟 坂 灯 の森 みち 丸 かげ 浜 丘 の音 野 つばめ 笛 石")

# industry: share of the leads, what such companies are called
INDUSTRIES: dict[str, tuple[float, tuple[str, ...]]] = {
    "製造": (0.25, ("製作所", "精機", "化学工業", "電子", "金属", "樹脂", "工業")),
    "IT": (0.16, ("システムズ", "情報サービス", "ソフト", "テック")),
    "建設": (0.12, ("建設", "工務店", "設備", "土木")),
    "SaaS": (0.10, ("クラウド", "ワークス", "ラボ")),
    "物流": (0.10, ("物流", "運輸", "ロジスティクス", "倉庫")),
    "小売": (0.09, ("商店", "ストア", "フーズ")),
    "医療": (0.08, ("メディカル", "クリニック", "ヘルスケア")),
    "金融": (0.04, ("リース", "保険サービス", "信用")),
    "不動産": (0.03, ("不動産", "地所")),
    "教育": (0.03, ("学習社", "アカデミー")),
}
TARGET_INDUSTRIES = frozenset({"IT", "製造", "SaaS"})

_SURNAMES = _words("""
    佐藤 sato 鈴木 suzuki 高橋 takahashi 田中 tanaka 伊藤 ito
    渡辺 watanabe 山本 yamamoto 中村 nakamura 小林 kobayashi 加藤 kato
    吉田 yoshida 山田 yamada 佐々木 sasaki 山口 yamaguchi 松本 matsumoto
    井上 inoue 木村 kimura 林 hayashi 斎藤 saito 清水 shimizu
    山崎 yamazaki 森 mori 池田 ikeda 橋本 hashimoto 阿部 abe
    石川 ishikawa 前田 maeda 藤田 fujita 後藤 goto 岡田 okada
    長谷川 hasegawa 村上 murakami 近藤 kondo 石井 ishii 坂本 sakamoto
    遠藤 endo 青木 aoki 藤井 fujii 西村 nishimura 福田 fukuda
""")
_GIVEN = _words("""
    太郎 taro 健一 kenichi 誠 makoto 浩 hiroshi 隆 takashi
    直樹 naoki 大輔 daisuke 拓也 takuya 翔太 shota 陽介 yosuke
    修 osamu 和也 kazuya 亮 ryo 智子 tomoko 裕子 yuko
    恵 megumi 陽子 yoko 香織 kaori 美穂 miho 彩 aya
    真由美 mayumi 由美子 yumiko 愛 ai 麻衣 mai 久美子 kumiko
    千尋 chihiro 葵 aoi 直美 naomi 優子 yuuko 舞 mai
""")
SURNAMES = tuple(zip(_SURNAMES[::2], _SURNAMES[1::2], strict=True))
GIVEN_NAMES = tuple(zip(_GIVEN[::2], _GIVEN[1::2], strict=True))

# rank: share, titles as people type them (the rules' title_ranks find the rank again)
TITLES: dict[str, tuple[float, tuple[str, ...]]] = {
    "executive": (0.10, ("代表取締役社長", "代表取締役", "取締役", "執行役員", "CTO", "CEO")),
    "manager": (0.20, ("部長", "本部長", "事業部長", "副部長", "工場部長")),
    "section_chief": (0.28, ("課長", "課長代理", "チームリーダー", "マネージャー", "プロジェクトリーダー")),
    "staff": (0.42, ("主任", "係長", "担当", "社長室 担当", "営業代表", "一般職")),
}
DEPARTMENTS = _words(
    "情報システム部 経営企画部 製造部 生産管理部 購買部 営業部 総務部 経理部 人事部 マーケティング部 DX推進室"
)
INTERESTS = _words("原価管理 在庫管理 受発注 工程管理 予実管理 帳票電子化")
NEEDS = (
    "Excel管理の限界を解消したい",
    "原価を月次で見たい",
    "拠点間で在庫を共有したい",
    "受発注の入力を減らしたい",
    "帳票を電子化したい",
    "既存システムの更改を検討",
)
BUDGETS = _words("確保済み 申請中 来期予算 100万円未満 100〜300万円 300万円以上")
TIMELINES = _words("3か月以内 半年以内 1年以内 時期未定")

MARKETING = ("森田 由香", "大野 智", "三浦 優子")
FIELD_SALES = ("山本 大輔", "加藤 真理", "吉田 拓也", "松本 恵", "井上 翔")
CUSTOMER_SUCCESS = ("岡本 直美", "原 和也")
OVERLOADED = "高橋 健"  # three times the load of each of the others
INSIDE_SALES = (OVERLOADED, "伊藤 彩", "佐藤 美咲", "中村 直樹", "渡辺 亮", "小林 由佳")
TEAMS = {
    **dict.fromkeys(MARKETING, "marketing"),
    **dict.fromkeys(INSIDE_SALES, "inside_sales"),
    **dict.fromkeys(FIELD_SALES, "field_sales"),
    **dict.fromkeys(CUSTOMER_SUCCESS, "customer_success"),
}


class Firm(NamedTuple):
    name: str
    industry: str
    employees: int | None
    domain: str


class Person(NamedTuple):
    name: str
    email: str
    phone: str
    department: str | None
    title: str | None
    rank: str


def weighted(rng: Random, shares: dict[Key, float]) -> Key:
    """One of the keys, as often as its share of the total."""
    keys = list(shares)
    return rng.choices(keys, list(shares.values()))[0]


_INDUSTRY_SHARES = {industry: share for industry, (share, _) in INDUSTRIES.items()}
_RANK_SHARES = {rank: share for rank, (share, _) in TITLES.items()}


def draw_firm(rng: Random, number: int) -> Firm:
    """An invented company; the size is unknown of one in sixteen."""
    industry = weighted(rng, _INDUSTRY_SHARES)
    stem = rng.choice(_FRONT) + rng.choice(_BACK) + rng.choice(INDUSTRIES[industry][1])
    form = weighted(rng, {"株式会社{}": 0.55, "{}株式会社": 0.37, "合同会社{}": 0.05, "有限会社{}": 0.03})
    employees = None if rng.random() < 1 / 16 else max(3, int(rng.lognormvariate(4.7, 1.25)))
    return Firm(form.format(stem), industry, employees, f"c{number:04d}.example.jp")


def draw_person(rng: Random, firm: Firm) -> Person:
    (surname, sur), (given, first) = rng.choice(SURNAMES), rng.choice(GIVEN_NAMES)
    rank = weighted(rng, _RANK_SHARES)
    title = rng.choice(TITLES[rank][1])
    department: str | None = rng.choice(DEPARTMENTS)
    if rank == "executive" or rng.random() < 0.3:
        department = None
    return Person(
        name=f"{surname} {given}",
        email=f"{first}.{sur}@{firm.domain}",
        phone=f"03-0000-{rng.randrange(10_000):04d}",
        department=department,
        title=None if rank == "staff" and rng.random() < 0.2 else title,
        rank=rank,
    )
