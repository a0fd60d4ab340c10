"""A small site of every part and page in every language, to look at and to test; not shipped.

Run: `python tests/look/gallery.py` serves it on 127.0.0.1:8765; `… shots DIR [NAME…]` takes the pictures.
"""

import datetime as dt
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import qrcode
import qrcode.image.svg
from flask import Flask, Response, make_response, render_template, request
from markupsafe import Markup

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from backend.channel.look import install, long_day, short_day, translator
from backend.channel.look.flask_look import chosen_language

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
SIZES = {"kiosk": (1080, 1920), "phone": (390, 844), "desk": (1280, 800), "web": (1280, 800)}
TODAY = dt.date(2026, 11, 24)

# what a procedure would bring along, in three languages, so that the gallery shows each script at work
OWN: dict[str, dict[str, Any]] = {
    "en": {
        "stages": ["Your move", "South checks", "North releases", "Registered"],
        "move": "Moving house",
        "hall": "Southmere Town Hall",
        "who": "Who you are",
        "home": "Where you live now",
        "with": "Who lives with you",
        "own": "A home you own",
        "population": "Population registry",
        "land": "Land registry",
        "purpose": "for this move only",
        "born": ", born 14 March 1988",
        "spouse": ", spouse",
        "daughter": ", daughter, 9",
        "son": ", son, 4",
        "facts": "This is what we know. Is it right?",
        "facts_lead": "Bring no papers for any of it.",
        "where": "Where are you moving to?",
        "where_lead": "Type the street. We find the exact home, you need no codes.",
        "when": "When did you move in?",
        "first": "The first night in the new home",
        "people": "Who moves along?",
        "me": "Me",
        "street": "Street",
        "house": "House number",
        "right": "Your right to live there",
        "owner": "I own the home",
        "lease": "I rent it",
        "guest": "Somebody lets me live there",
        "guest_more": "We ask that person",
        "note": "Anything that we should know",
        "rooms": "Rooms",
        "agree": "I know that a false answer can be punished",
        "hint": "As it stands on the letterbox",
        "phone_no": "Phone number",
        "lived": "Homes before this one",
        "bad_date": "The month is 13. A year has 12.",
        "bad_street": "Write a street",
        "heat": "Square metres",
        "about": [
            "About 6 min. No papers.",
            "About 5 min. No papers.",
            "About 8 min. Fee 10.",
            "About 9 min. No payslips.",
        ],
        "services": ["Moving house", "A child is born", "Driving licence", "Support with money"],
        "device": "A phone with Firefox",
        "moves": "This move only, from question 4 on, and the facts you chose to use.",
        "lead": "Your 3 answers go along.",
        "today": "Today",
        "saturday": "Saturday",
        "friday": "Friday",
    },
    "zh-Hans": {
        "stages": ["您的申报", "南区核查", "北区迁出", "登记完成"],
        "move": "搬家",
        "hall": "Southmere 市政厅",
        "who": "您的身份",
        "home": "您现在的住址",
        "with": "与您同住的人",
        "own": "您拥有的住房",
        "population": "人口登记处",
        "land": "不动产登记处",
        "purpose": "仅用于本次搬家",
        "born": "，1988年3月14日出生",
        "spouse": "，配偶",
        "daughter": "，女儿，9岁",
        "son": "，儿子，4岁",
        "facts": "这是我们掌握的信息，对吗？",
        "facts_lead": "都不需要带证明。",
        "where": "您要搬到哪里？",
        "where_lead": "请输入街道，我们来找到准确的住房，您不需要任何编码。",
        "when": "您是哪天搬进去的？",
        "first": "在新家的第一晚",
        "people": "哪些人一起搬？",
        "me": "我本人",
        "street": "街道",
        "house": "门牌号",
        "right": "您居住的依据",
        "owner": "房子是我的",
        "lease": "我租的",
        "guest": "别人让我住",
        "guest_more": "我们会询问对方",
        "note": "还有什么要告诉我们",
        "rooms": "房间数",
        "agree": "我知道虚假陈述可能受到处罚",
        "hint": "与信箱上所写一致",
        "phone_no": "电话号码",
        "lived": "以前的住处",
        "bad_date": "月份写的是 13，一年只有 12 个月。",
        "bad_street": "请填写街道",
        "heat": "面积（平方米）",
        "about": [
            "约 6 分钟，不用带证明。",
            "约 5 分钟，不用带证明。",
            "约 8 分钟，费用 10。",
            "约 9 分钟，不用工资单。",
        ],
        "services": ["搬家", "孩子出生", "驾驶证", "经济补助"],
        "device": "一部使用 Firefox 的手机",
        "moves": "仅本次搬家，从第 4 题开始，以及您选择使用的信息。",
        "lead": "您的 3 个回答会一起转过去。",
        "today": "今天",
        "saturday": "周六",
        "friday": "周五",
    },
    "ar": {
        "stages": ["بيانات الانتقال", "الجنوب يدقّق", "الشمال ينقل القيد", "مسجَّل"],
        "move": "الانتقال إلى مسكن جديد",
        "hall": "بلدية Southmere",
        "who": "من أنت",
        "home": "عنوانك الحالي",
        "with": "من يسكن معك",
        "own": "مسكن تملكه",
        "population": "سجل السكان",
        "land": "السجل العقاري",
        "purpose": "لهذه المعاملة فقط",
        "born": "، مواليد 14 مارس 1988",
        "spouse": "، الزوج",
        "daughter": "، ابنة، 9 سنوات",
        "son": "، ابن، 4 سنوات",
        "facts": "هذا ما نعرفه عنك. هل هو صحيح؟",
        "facts_lead": "لا حاجة إلى أي أوراق.",
        "where": "إلى أين تنتقل؟",
        "where_lead": "اكتب اسم الشارع ونحن نجد المسكن بالضبط، بلا رموز.",
        "when": "متى انتقلت إليه؟",
        "first": "أول ليلة في المسكن الجديد",
        "people": "من ينتقل معك؟",
        "me": "أنا",
        "street": "الشارع",
        "house": "رقم المبنى",
        "right": "حقك في السكن هناك",
        "owner": "أملك المسكن",
        "lease": "أستأجره",
        "guest": "يسمح لي شخص بالسكن",
        "guest_more": "نسأل ذلك الشخص",
        "note": "هل هناك ما ينبغي أن نعرفه؟",
        "rooms": "عدد الغرف",
        "agree": "أعلم أن الجواب الكاذب يُعاقَب عليه",
        "hint": "كما هو مكتوب على صندوق البريد",
        "phone_no": "رقم الهاتف",
        "lived": "مساكن سابقة",
        "bad_date": "كُتب الشهر 13، وفي السنة 12 شهرًا.",
        "bad_street": "اكتب اسم الشارع",
        "heat": "متر مربّع",
        "about": [
            "نحو 6 دقائق، بلا أوراق.",
            "نحو 5 دقائق، بلا أوراق.",
            "نحو 8 دقائق، الرسم 10.",
            "نحو 9 دقائق، بلا كشوف راتب.",
        ],
        "services": ["الانتقال إلى مسكن جديد", "ولادة طفل", "رخصة القيادة", "دعم مالي"],
        "device": "هاتف يعمل بمتصفح Firefox",
        "moves": "هذه المعاملة فقط من السؤال 4 فصاعدًا والمعلومات التي اخترت استخدامها.",
        "lead": "تنتقل معك إجاباتك الثلاث.",
        "today": "اليوم",
        "saturday": "السبت",
        "friday": "الجمعة",
    },
}


def qr(text: str) -> Markup:
    out = BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=4).save(out)
    svg = out.getvalue().decode()
    return Markup(svg[svg.index("<svg") :].replace('fill="#000000"', 'fill="#0E2A26"'))


def fact(
    w: dict[str, Any], title: str, lines: list[Any], registry: str = "population", **more: Any
) -> dict[str, Any]:
    return {
        "rule": "r",
        "name": f"{title}__fact",
        "title": w[title],
        "lines": lines,
        "source": w[registry],
        "read_at": "10:42",
        "purpose": w["purpose"],
        "choice": None,
        "state": "known",
        **more,
    }


def page_of(kind: str, w: dict[str, Any]) -> dict[str, Any]:
    common = {
        "index": 3,
        "count": 5,
        "back": True,
        "phone": True,
        "save": True,
        "submit": {"label": None},
        "action": f"/{kind}/post",
        "hidden": {"csrf_token": "x", "revision": "7"},
        "id": kind,
        "kind": "question",
        "lead": None,
    }
    family = [
        {"bdi": "Boris Orsel", "rest": w["spouse"]},
        {"bdi": "Mira Orsel", "rest": w["daughter"]},
        {"bdi": "Tomas Orsel", "rest": w["son"]},
    ]
    address = {
        "type": "group",
        "id": "g2",
        "fact": fact(w, "home", ["Kiln Lane 3, flat 2, Northby"], choice="use"),
        "components": [],
    }
    pages: dict[str, dict[str, Any]] = {
        "facts": {
            "title": w["facts"],
            "lead": w["facts_lead"],
            "kind": "facts",
            "index": 1,
            "submit": None,
            "components": [
                {
                    "type": "group",
                    "id": "g1",
                    "fact": fact(w, "who", [{"bdi": "Anna Orsel", "rest": w["born"]}], choice="use"),
                    "components": [],
                },
                address,
                {"type": "group", "id": "g3", "fact": fact(w, "with", family), "components": []},
                {
                    "type": "group",
                    "id": "g4",
                    "fact": fact(w, "own", ["Millrace Street 14, flat 6, Southmere"], "land"),
                    "components": [],
                },
            ],
        },
        "facts2": {
            "title": w["facts"],
            "lead": w["facts_lead"],
            "kind": "facts",
            "index": 1,
            "components": [
                {"type": "group", "id": "g1", "fact": fact(w, "who", [], state="asking"), "components": []},
                {
                    "type": "group",
                    "id": "g2",
                    "fact": fact(w, "home", [], state="silent", until="12:00", error=None),
                    "components": [],
                },
                {
                    "type": "group",
                    "id": "g3",
                    "fact": fact(w, "with", family, choice="own"),
                    "components": [
                        {
                            "type": "textfield",
                            "id": "f1",
                            "key": "with.name",
                            "label": w["who"],
                            "required": True,
                        }
                    ],
                },
                {
                    "type": "group",
                    "id": "g5",
                    "fact": fact(w, "own", ["Millrace Street 14"], "land", choice="wrong"),
                    "components": [],
                },
                {
                    "type": "group",
                    "id": "g4",
                    "fact": fact(w, "own", [], "land", state="nothing"),
                    "components": [],
                },
            ],
        },
        "where": {
            "title": w["where"],
            "lead": w["where_lead"],
            "components": [
                {
                    "type": "textfield",
                    "id": "street",
                    "key": "street",
                    "label": w["where"],
                    "value": "mill",
                    "required": True,
                    "suggestions": [
                        {"label": "Millrace Street 14, flat 6, Southmere", "value": "1", "source": w["land"]},
                        {"label": "Millrace Street, Southmere", "value": "2", "description": "62"},
                        {"label": "Mill Lane, Alderbrook", "value": "3", "description": "18"},
                    ],
                }
            ],
        },
        "when": {
            "title": w["when"],
            "index": 4,
            "components": [
                {
                    "type": "datetime",
                    "subtype": "date",
                    "id": "moved",
                    "key": "moved",
                    "label": w["first"],
                    "value": "2026-11-20",
                    "required": True,
                    "quick": [
                        {"label": w["today"], "note": short_day(TODAY, w["lang"]), "value": "2026-11-24"},
                        {
                            "label": w["saturday"],
                            "note": short_day(dt.date(2026, 11, 21), w["lang"]),
                            "value": "2026-11-21",
                        },
                        {
                            "label": w["friday"],
                            "note": short_day(dt.date(2026, 11, 20), w["lang"]),
                            "value": "2026-11-20",
                        },
                    ],
                }
            ],
        },
        "when-bad": {
            "title": w["when"],
            "index": 4,
            "components": [
                {
                    "type": "datetime",
                    "subtype": "date",
                    "id": "moved",
                    "key": "moved",
                    "label": w["first"],
                    "error": w["bad_date"],
                    "value": {"day": "20", "month": "13", "year": "2026"},
                    "required": True,
                }
            ],
        },
        "people": {
            "title": w["people"],
            "components": [
                {
                    "type": "checklist",
                    "id": "people",
                    "key": "people",
                    "label": w["people"],
                    "value": ["1", "2"],
                    "required": True,
                    "values": [
                        {"label": w["me"], "value": "0"},
                        {"label": "Boris Orsel", "value": "1", "source": w["population"]},
                        {"label": "Mira Orsel", "value": "2", "source": w["population"]},
                        {"label": "王思远", "value": "3", "source": w["population"]},
                    ],
                }
            ],
        },
        "right": {
            "title": w["right"],
            "components": [
                {
                    "type": "radio",
                    "id": "right",
                    "key": "right",
                    "label": "",
                    "value": "lease",
                    "required": True,
                    "values": [
                        {"label": w["owner"], "value": "owner"},
                        {"label": w["lease"], "value": "lease"},
                        {"label": w["guest"], "value": "guest", "description": w["guest_more"]},
                    ],
                }
            ],
        },
        "all": {
            "title": w["note"],
            "kind": "group",
            "components": [
                {"type": "text", "id": "t", "html": Markup("<p>{}</p>").format(w["facts_lead"])},
                {
                    "type": "textfield",
                    "id": "s",
                    "key": "s",
                    "label": w["street"],
                    "description": w["hint"],
                    "error": w["bad_street"],
                    "row": "r1",
                    "columns": 10,
                    "required": True,
                },
                {
                    "type": "number",
                    "id": "n",
                    "key": "n",
                    "label": w["rooms"],
                    "value": "3",
                    "row": "r1",
                    "columns": 6,
                    "decimals": 0,
                },
                {
                    "type": "number",
                    "id": "n2",
                    "key": "n2",
                    "label": w["heat"],
                    "value": "84",
                    "suffix": "m²",
                    "required": True,
                },
                {
                    "type": "textfield",
                    "input": "tel",
                    "id": "p",
                    "key": "p",
                    "label": w["phone_no"],
                    "prefix": "+99",
                },
                {
                    "type": "select",
                    "id": "sel",
                    "key": "sel",
                    "label": w["right"],
                    "values": [{"label": w["owner"], "value": "a"}, {"label": w["lease"], "value": "b"}],
                    "value": "b",
                },
                {
                    "type": "taglist",
                    "id": "tag",
                    "key": "tag",
                    "label": w["people"],
                    "values": [{"label": w["me"], "value": "a"}, {"label": "Boris Orsel", "value": "b"}],
                    "value": ["a"],
                },
                {
                    "type": "datetime",
                    "subtype": "datetime",
                    "id": "dtm",
                    "key": "dtm",
                    "label": w["when"],
                    "value": "2026-11-20T08:30",
                },
                {"type": "textarea", "id": "ta", "key": "ta", "label": w["note"], "value": "Hallo\nWelt"},
                {
                    "type": "textfield",
                    "id": "ro",
                    "key": "ro",
                    "label": w["who"],
                    "value": "Anna Orsel",
                    "readonly": True,
                },
                {"type": "separator", "id": "sep"},
                {"type": "spacer", "id": "sp", "height": 20},
                {
                    "type": "dynamiclist",
                    "id": "dl",
                    "key": "dl",
                    "label": w["lived"],
                    "can_add": True,
                    "can_remove": True,
                    "row_label": w["home"],
                    "rows": [
                        {
                            "components": [
                                {
                                    "type": "textfield",
                                    "id": "dl0",
                                    "key": "dl[0].street",
                                    "label": w["street"],
                                    "value": "Kiln Lane",
                                }
                            ]
                        }
                    ],
                },
                {
                    "type": "group",
                    "id": "grp",
                    "label": w["home"],
                    "outline": True,
                    "components": [
                        {
                            "type": "textfield",
                            "id": "gs",
                            "key": "g.s",
                            "label": w["street"],
                            "required": True,
                        }
                    ],
                },
                {
                    "type": "table",
                    "id": "tbl",
                    "caption": w["with"],
                    "columns": [{"key": "a", "label": w["who"]}, {"key": "b", "label": w["home"]}],
                    "rows": [{"a": "Anna Orsel", "b": "Kiln Lane 3"}, {"a": "Boris Orsel", "b": None}],
                },
                {
                    "type": "review",
                    "id": "rv",
                    "rows": [
                        {"label": w["when"], "text": long_day(TODAY, w["lang"]), "change": "when"},
                        {"label": w["who"], "text": "Anna Orsel", "source": w["population"]},
                    ],
                },
                {
                    "type": "filepicker",
                    "id": "fp",
                    "key": "fp",
                    "label": w["note"],
                    "files": [{"name": "lease.pdf", "size": "1.2 MB"}],
                },
                {"type": "button", "id": "b", "label": w["today"], "action": "submit", "name": "x"},
                {"type": "expression", "id": "e", "key": "e", "value": "1"},
                {
                    "type": "checkbox",
                    "id": "ok",
                    "key": "ok",
                    "label": w["agree"],
                    "value": False,
                    "required": True,
                },
            ],
        },
    }
    return {**common, **pages[kind]}


def build_app() -> Flask:
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "gallery"), static_folder=None)
    install(app, screen="phone", service_worker=True)

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", CSP)
        return answer

    def view(screen: str, name: str) -> str:
        lang = chosen_language()
        w = {**OWN[lang], "lang": lang}
        place = {"kiosk": "3", "hall": w["hall"]}
        common = {
            "screen": screen,
            "w": w,
            "place": place,
            "stages": w["stages"],
            "here": 0,
            "errors": [],
            "today": long_day(TODAY, lang),
            "words_of": translator(lang),
        }
        return PAGES[name](screen, w, common)

    @app.get("/")
    def nobody() -> str:
        return view("kiosk", "start")

    @app.post("/end")
    def end() -> Response:
        return Response(status=303, headers={"Location": "/", "Clear-Site-Data": '"cookies"'})

    @app.get("/<screen>/<name>")
    def show(screen: str, name: str) -> Response:
        return make_response(view(screen, name))

    @app.post("/<name>/post")
    def post(name: str) -> Response:
        return Response(repr(sorted(request.form.items(multi=True))), mimetype="text/plain")

    return app


def question(name: str) -> Callable[..., str]:
    def draw(screen: str, w: dict[str, Any], common: dict[str, Any]) -> str:
        page = page_of(name, w)
        errors = [
            {"id": c["id"], "key": c.get("key"), "text": c["error"]}
            for c in page["components"]
            if c.get("error")
        ]
        return render_template("pages/question.html", **{**common, "page": page, "errors": errors})

    return draw


def start(screen: str, w: dict[str, Any], common: dict[str, Any]) -> str:
    icons = ["house-line", "baby", "identification-card", "hand-coins"]
    services = [
        {"href": "/kiosk/facts", "icon": i, "name": n, "about": a}
        for i, n, a in zip(icons, w["services"], w["about"], strict=True)
    ]
    return render_template(
        "pages/kiosk_start.html", **common, services=services, rail=("listen", "larger", "lower"), idle=None
    )


def handoff(**more: Any) -> Callable[..., str]:
    def draw(screen: str, w: dict[str, Any], common: dict[str, Any]) -> str:
        state = {
            "id": "h",
            "state": "OFFERED",
            "status_url": "/look/alive",
            "qr": qr("https://errand.example/h#" + "A" * 22),
            "seconds": 19,
            "code": "BCDFGHJK",
            "gone": False,
            "device": w["device"],
            "number_seconds": None,
            "left": 3,
            "error": None,
            "moves": w["moves"],
            "host": "errand.example",
            "lead": w["lead"],
            **more,
        }
        if state["error"]:
            state["error"] = translator(w["lang"])("number.wrong", n=2)
        urls = {
            "rotate": "/handoff/post",
            "confirm": "/handoff/post",
            "cancel": "/handoff/post",
            "again": "/handoff/post",
        }
        return render_template(
            "pages/kiosk_handoff.html", **common, handoff=state, urls=urls, hidden={"csrf_token": "x"}
        )

    return draw


def claim(typed: bool) -> Callable[..., str]:
    return lambda screen, w, common: render_template("pages/claim.html", **common, typed=typed)


def own(name: str) -> Callable[..., str]:
    return lambda screen, w, common: render_template(f"{name}.html", **common)


def message(screen: str, w: dict[str, Any], common: dict[str, Any]) -> str:
    t = translator(w["lang"])
    return render_template(
        "pages/message.html",
        **common,
        heading=t("claim.gone"),
        lead=t("claim.safe"),
        words=[t("claim.gone_next")],
        code="7F3A-22",
        actions=[{"href": "/", "label": t("claim.home"), "go": True}],
    )


PAGES: dict[str, Callable[..., str]] = {
    **{
        name: question(name)
        for name in ("facts", "facts2", "where", "when", "when-bad", "people", "right", "all")
    },
    "start": start,
    "handoff": handoff(),
    "handoff-gone": handoff(gone=True),
    "claim": claim(False),
    "code": claim(True),
    "message": message,
    "number": handoff(state="APPROVED", number_seconds=72),
    "number-bad": handoff(state="APPROVED", number_seconds=41, left=2, error="x"),
    **{name: own(name) for name in ("receipt", "case", "inbox", "errands", "worklist", "desk_case", "parts")},
}
SHOWN = {
    "kiosk": (
        "start",
        "facts",
        "facts2",
        "where",
        "when",
        "when-bad",
        "people",
        "right",
        "all",
        "handoff",
        "handoff-gone",
        "number",
        "number-bad",
        "message",
    ),
    "phone": (
        "claim",
        "code",
        "facts",
        "facts2",
        "where",
        "when",
        "when-bad",
        "people",
        "right",
        "all",
        "receipt",
        "case",
        "inbox",
        "errands",
        "message",
    ),
    "desk": ("worklist", "desk_case", "all", "when-bad", "message"),
    "web": ("parts", "message", "when"),
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["shots"]:
        sys.path.insert(0, str(Path(__file__).parent))
        from shots import take

        take(build_app(), Path(sys.argv[2]), set(sys.argv[3:]))
    else:
        build_app().run("127.0.0.1", 8765)
