"""The words of the graph page in English and Japanese: its controls, and the codes of claims."""

from typing import Final, Literal

Lang = Literal["en", "ja"]
LANGUAGES: Final[tuple[Lang, ...]] = ("en", "ja")

# key: (English, Japanese); {braces} are filled in by the page
CONTROLS: Final[dict[str, tuple[str, str]]] = {
    "language": ("Language", "表示言語"),
    "skip": ("Skip to the tables", "表へ移動"),
    "search": ("Search", "検索"),
    "search_hint": ("Name, reading or identifier", "名称・読み・識別子"),
    "found": ("{n} found", "{n}件"),
    "nothing": ("Nothing found", "該当なし"),
    "types": ("Types", "種類"),
    "relations": ("Relations", "関係"),
    "show_all": ("Show all", "すべて表示"),
    "graph": ("Graph", "グラフ"),
    "graph_name": (
        "Graph of {nodes} entities and {edges} relations; the tables below hold the same",
        "{nodes}件の項目と{edges}件の関係のグラフ。同じ内容が下の表にあります",
    ),
    "graph_help": (
        "Drag to move, scroll or pinch to zoom; with the keyboard: arrows, +, − and 0.",
        "ドラッグで移動、スクロールまたはピンチで拡大縮小。キーボードでは矢印、+、−、0。",
    ),
    "zoom_in": ("Zoom in", "拡大"),
    "zoom_out": ("Zoom out", "縮小"),
    "fit": ("Show everything", "全体を表示"),
    "line_accepted": ("Solid line: a claim is accepted", "実線: 採用された主張がある"),
    "line_open": ("Dashed line: none is accepted", "破線: 採用された主張がない"),
    "evidence": ("Evidence", "根拠"),
    "evidence_hint": (
        "Choose a node, a line or a table row to see who says so, and where it is written.",
        "点・線・表の行を選ぶと、誰がどこでそう述べているかを表示します。",
    ),
    "close": ("Close", "閉じる"),
    "facts": ("Values", "値"),
    "connections": ("Connections", "つながり"),
    "only_around": ("Show only its neighbours", "隣接する項目だけを表示"),
    "around": ("Only {name} and its neighbours", "{name}と隣接する項目のみ"),
    "no_claims": ("No claim is recorded for this.", "これについての主張は記録されていません。"),
    "no_facts": ("Nothing else is recorded here.", "ほかに記録はありません。"),
    "hidden_now": ("hidden by a filter", "絞り込みで非表示"),
    "entities": ("Entities", "項目"),
    "name": ("Name", "名称"),
    "type": ("Type", "種類"),
    "values": ("Values", "値の数"),
    "links": ("Links", "関係の数"),
    "from": ("From", "主語"),
    "relation": ("Relation", "関係"),
    "to": ("To", "目的語"),
    "said_by": ("Said by", "主張者"),
    "review": ("Review", "審査"),
    "claims": ("Claims", "主張"),
    "claim_count": ("{n} claims", "主張{n}件"),
    "shown": ("{shown} of {all}", "{all}件中{shown}件"),
    "more": ("Show {n} more", "さらに{n}件を表示"),
    "empty": ("Nothing is left by these filters.", "この条件に合うものはありません。"),
    "status": ("Said as", "述べ方"),
    "rank": ("Rank", "順位"),
    "value": ("Value", "値"),
    "asserted_on": ("Said on", "述べた日"),
    "source": ("Source", "情報源"),
    "claim": ("Claim", "主張"),
    "note": ("Note", "注記"),
    "no_date": ("no date", "日付なし"),
    "snapshot": ("Snapshot", "スナップショット"),
    "as_of": ("As of {date}", "{date}時点"),
    "counts": ("{nodes} entities, {edges} relations", "項目{nodes}件、関係{edges}件"),
    "frozen": (
        "This page shows what sources say, as recorded in the snapshot named here. "
        "It does not change: what was said or corrected later is missing.",
        "このページは、ここに示すスナップショットに記録された情報源の記述を示します。"
        "内容は更新されず、その後の発言や訂正は含まれません。",
    ),
    "accepted_means": (
        "“Accepted” means that a source says so and that no better witness was found; "
        "it does not mean that it is true.",
        "「採用」は、情報源がそう述べており、より確かな証言が見つかっていないという意味で、"
        "真実であるという意味ではありません。",
    ),
    "no_script": (
        "Without JavaScript this page shows its tables only.",
        "JavaScriptが無効なため、表のみを表示しています。",
    ),
}

# what claims and passages are marked with; a code that is not here is shown as it is
CODES: Final[dict[str, tuple[str, str]]] = {
    "accepted": ("accepted", "採用"),
    "candidate": ("candidate", "候補"),
    "disputed": ("disputed", "係争中"),
    "rejected": ("rejected", "不採用"),
    "superseded": ("superseded", "置換済み"),
    "announced": ("announced", "発表"),
    "planned": ("planned", "計画中"),
    "target": ("target", "目標"),
    "requested": ("requested", "要求"),
    "enacted": ("enacted", "成立"),
    "reported": ("reported", "報道"),
    "surveyed": ("surveyed", "調査結果"),
    "estimated": ("estimated", "推計"),
    "provisional": ("provisional", "速報"),
    "forecast": ("forecast", "予測"),
    "admitted": ("admitted", "認めた"),
    "opinion": ("opinion", "意見"),
    "criticised": ("criticised", "批判"),
    "Preferred": ("preferred", "優先"),
    "Normal": ("normal", "通常"),
    "Deprecated": ("deprecated", "非推奨"),
    "Primary": ("primary source", "一次資料"),
    "Secondary": ("secondary source", "二次資料"),
    "Tertiary": ("tertiary source", "三次資料"),
    "verified": ("checked against the held text", "保存本文と照合済み"),
    "quoted": ("quoted, text not held", "引用のみ（本文未保存）"),
    "Headline": ("headline", "見出し"),
    "Subheading": ("subheading", "小見出し"),
    "Abstract": ("abstract", "要約"),
    "Body": ("body", "本文"),
    "Caption": ("caption", "図表説明"),
    "Table": ("table", "表"),
}


def controls(lang: Lang) -> dict[str, str]:
    """The words of the controls in one language."""
    return {key: pair[LANGUAGES.index(lang)] for key, pair in CONTROLS.items()}


def code_word(code: str, lang: Lang) -> str:
    """What people call a code; the code itself where it has no word.

    >>> code_word("accepted", "ja")
    '採用'
    """
    pair = CODES.get(code)
    return pair[LANGUAGES.index(lang)] if pair else code
