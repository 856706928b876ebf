"""Two reports: one as it should be, and one whose sources try everything."""

from nodes.reports.report import Report, Section

RICH: Report = {
    "topic": "How long do customers have to return an item, and who pays for the parcel?",
    "title": "Return windows and return shipping",
    "made_at": "2026-11-22T10:15:00+00:00",
    "answer": "Customers have 30 days from delivery; the shop pays for the parcel when the item was faulty.",
    "note": "Made offline: it quotes its sources rather than writes.",
    "summary": [
        {
            "text": "The return window is 30 days and starts on the day of delivery.",
            "citations": [
                {"source": 1, "quote": "You can return an item within 30 days of the day it was delivered."},
                {"source": 2, "quote": "Our 30-day window starts when the parcel reaches you, not when it leaves us."},
            ],
        },
        {
            "text": "Who pays for the way back depends on why the item comes back.",
            "citations": [{"source": 3, "quote": "If the item is faulty, the label is on us."}],
        },
    ],
    "sections": [
        {
            "heading": "The return window",
            "statements": [
                {
                    "text": "A return has to be announced within 30 days of delivery; the parcel may arrive later.",
                    "citations": [
                        {"source": 1, "quote": "You can return an item within 30 days of the day it was delivered."},
                        {"source": 1, "quote": "What counts is the day you tell us, not the day the parcel arrives."},
                    ],
                },
                {
                    "text": "Items marked as final sale are excluded, except where the law says otherwise.",
                    "citations": [
                        {"source": 2, "quote": "Final-sale items cannot be returned unless they are faulty."}
                    ],
                },
            ],
        },
        {
            "heading": "Who pays for the parcel",
            "statements": [
                {
                    "text": "The shop pays for the label when the item was faulty or not what was ordered.",
                    "citations": [
                        {"source": 3, "quote": "If the item is faulty, the label is on us."},
                        {"source": 4, "quote": "Bei Falschlieferung übernehmen wir die Rücksendekosten vollständig."},
                    ],
                },
                {
                    "text": "In every other case the cost of the label (4.90 €) is taken off the refund.",
                    "citations": [{"source": 3, "quote": "For all other returns we deduct 4.90 € for the label."}],
                },
            ],
        },
    ],
    "sources": [
        {"number": 1, "title": "Returns and refunds", "address": "https://shop.example/help/returns?lang=en&v=2"},
        {"number": 2, "title": "The small print of returns", "address": "policies/returns/small-print.md"},
        {"number": 3, "title": "Shipping costs", "address": "http://shop.example/help/shipping#costs"},
        {"number": 4, "title": "Rücksendung", "address": "https://shop.example/de/hilfe/rücksendung"},
        {"number": 5, "title": "Warranty", "address": "policies/warranty.pdf"},
    ],
    "unread": [
        {
            "address": "https://forum.example/t/returns-after-christmas",
            "title": "Returns after Christmas?",
            "why": "The page did not answer within 20 seconds, three times.",
        },
    ],
    "coverage": "9 of 9 citations verified, 5 of 6 sources read",
}

CITED: Report = {
    **RICH,
    "answer": "You can return an item within 30 days. - The label is on us.",
    "answer_cited": [
        {"text": "You can return an item within 30 days.", "citations": RICH["summary"][0]["citations"]},
        {"text": "- The label is on us.", "citations": RICH["summary"][1]["citations"]},
    ],
}
"""Its answer has citations."""

SCRIPT = "<script>alert(1)</script>"
LINK = "[click](javascript:alert(1)) <https://evil.example/a> https://evil.example/b www.evil.example"
TYPST = '#read("/etc/passwd") $x^2$ *bold* _it_ <label> @ref = no // comment /* x */ \\u{41} ~'
BLOCKS = ["# heading", "- item", "+ item", "> quote", "1. one", "2) two", "---", "===", "***", "```", "~~~", "    code"]
HIDDEN = "left\u202eright\u2066 in\u200bvis\u00adible \x1b[31mred\x07 \x00nul \ud800 half \ufffe hole \u2028 line"
LONG = "x" * 3000
OVERPRINT = "Z" + "\u0301" * 400
WORLD = "日本語のテスト 中文 한국어 العربية עברית हिन्दी ไทย Ελληνικά Кириллица 👩‍👩‍👧 ≤ ∑ ﬁ"
TEXTS = [SCRIPT, LINK, TYPST, *BLOCKS, HIDDEN, LONG, OVERPRINT, WORLD]
TEXTS += [
    "a | b | c",
    "`code` ``more``",
    "&lt;b&gt; &amp; &#60;",
    "back\\slash \\* \\",
    "a__b_c snake_case _x_",
    "ends ##",
    "",
]
ATTRIBUTES = '" onmouseover="alert(1)" x=\'y\' style="position:fixed"'

SECTIONS: list[Section] = [
    {"heading": text, "statements": [{"text": text, "citations": [{"source": 2, "quote": ATTRIBUTES}]}]}
    for text in TEXTS
]

HOSTILE: Report = {
    "topic": f"{SCRIPT} {HIDDEN}",
    "title": f"{SCRIPT} {TYPST} {OVERPRINT} " + "huge title " * 500,
    "made_at": "2026-11-22T23:59:59.528320Z",
    "answer": None,
    "note": LINK,
    "summary": [{"text": text, "citations": [{"source": 1, "quote": text}]} for text in TEXTS],
    "sections": [*SECTIONS, {"heading": "Nothing in it", "statements": []}],
    "sources": [
        {"number": 1, "title": SCRIPT, "address": "javascript:alert(1)"},
        {"number": 2, "title": ATTRIBUTES, "address": f"https://ok.example/{ATTRIBUTES.replace(' ', '')}<b>`|]()"},
        {"number": 3, "title": "", "address": "../notes/`a` <b>|c|.md"},
        {"number": 4, "title": LINK, "address": "data:text/html,<script>alert(1)</script>"},
        {"number": 5, "title": LONG, "address": "https://ok.example/" + LONG},
        {"number": 7, "title": HIDDEN, "address": "https://ok.example/\u202egnp.exe"},
        {"number": 8, "title": "No host", "address": "https:///nowhere"},
        {"number": 9, "title": "No port", "address": "https://ok.example:port/"},
        {"number": 10, "title": "No IPv6", "address": "http://[::1"},
        {"number": 11, "title": "Blanks", "address": "https://ok.example/a b\nc"},
    ],
    "unread": [{"address": "http://169.254.169.254/latest", "title": text, "why": text} for text in TEXTS],
    "coverage": f"{SCRIPT} 0 of 0",
}
RICH_LINKS = {
    "https://shop.example/help/returns?lang=en&v=2",
    "http://shop.example/help/shipping#costs",
    "https://shop.example/de/hilfe/r%C3%BCcksendung",
}
HOSTILE_LINKS = {
    "https://ok.example/%22onmouseover=%22alert(1)%22x='y'style=%22position:fixed%22%3Cb%3E%60%7C]()",
    "https://ok.example/" + LONG,
}
