"""The words of the login page in the three languages, and dates as each writes them.

The Chinese and the Arabic have not yet been read by native speakers.
"""

from datetime import date

from babel.dates import format_date

LANGUAGES = {"en": "English", "zh-Hans": "中文", "ar": "العربية"}
_BABEL = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "ar": "ar_001"}

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "brand": "Demo eID",
        "label": "Demonstration. Nobody here is real.",
        "title": "Who logs in?",
        "lead": "Touch a name. A real installation asks for your card, bank or wallet here.",
        "title_staff": "Who works here today?",
        "lead_staff": "Touch a name. A real installation asks for your staff card here.",
        "told": "Errand is told your name and your person number.",
        "told_staff": "Errand is told your name, your role and your department.",
        "people": "People",
        "found": "Names with {initial}",
        "found_text": "People found",
        "none": "Nobody has this name. Try fewer letters.",
        "more": "Others, by family name",
        "search": "Look for a name",
        "go": "Search",
        "first": "Back to the first names",
        "cancel": "Do not log in",
        "language": "Language",
        "born": "born {date}",
        "caseworker": "case worker",
        "hall": "hall staff",
        "supervisor": "supervisor",
        "operator": "operator",
        "north": "Region North",
        "south": "Region South",
        "central": "Region Central",
        "bad_title": "This login cannot start",
        "bad": "The page that sent you here asked in a wrong way. Go back to it and start again.",
        "out_title": "You are logged out",
        "out": "Nothing of you is kept here. Close this page.",
    },
    "zh-Hans": {
        "brand": "演示电子身份",
        "label": "仅供演示，人物均为虚构。",
        "title": "谁来登录？",
        "lead": "请点选姓名。正式使用时，这里会要求您的证件、银行或数字钱包。",
        "title_staff": "今天谁在这里工作？",
        "lead_staff": "请点选姓名。正式使用时，这里会要求您的工作证。",
        "told": "Errand 会得到您的姓名和个人编号。",
        "told_staff": "Errand 会得到您的姓名、职务和部门。",
        "people": "人员",
        "found": "以 {initial} 开头的姓名",
        "found_text": "找到的人员",
        "none": "没有这个姓名。请少输入几个字。",
        "more": "按姓氏查找其他人",
        "search": "查找姓名",
        "go": "查找",
        "first": "返回最初的名单",
        "cancel": "不登录",
        "language": "语言",
        "born": "{date}出生",
        "caseworker": "经办人",
        "hall": "大厅工作人员",
        "supervisor": "主管",
        "operator": "经管员",
        "north": "北区",
        "south": "南区",
        "central": "中区",
        "bad_title": "无法开始登录",
        "bad": "把您带到这里的页面请求有误。请返回该页面重新开始。",
        "out_title": "您已退出",
        "out": "这里没有保留您的任何信息。请关闭此页。",
    },
    "ar": {
        "brand": "هوية إلكترونية تجريبية",
        "label": "عرض تجريبي. لا أحد هنا حقيقي.",
        "title": "من يسجّل الدخول؟",
        "lead": "المس اسمًا. في الاستخدام الفعلي تُطلب هنا بطاقتك أو مصرفك أو محفظتك الرقمية.",
        "title_staff": "من يعمل هنا اليوم؟",
        "lead_staff": "المس اسمًا. في الاستخدام الفعلي تُطلب هنا بطاقة الموظف.",
        "told": "يحصل Errand على اسمك ورقمك الشخصي.",
        "told_staff": "يحصل Errand على اسمك ووظيفتك وإدارتك.",
        "people": "الأشخاص",
        "found": "الأسماء التي تبدأ بـ {initial}",
        "found_text": "الأشخاص الذين وُجدوا",
        "none": "لا أحد بهذا الاسم. جرّب حروفًا أقل.",
        "more": "آخرون حسب اسم العائلة",
        "search": "ابحث عن اسم",
        "go": "بحث",
        "first": "العودة إلى الأسماء الأولى",
        "cancel": "عدم تسجيل الدخول",
        "language": "اللغة",
        "born": "تاريخ الميلاد {date}",
        "caseworker": "موظف ملفات",
        "hall": "موظف القاعة",
        "supervisor": "مشرف",
        "operator": "مشغّل",
        "north": "إقليم الشمال",
        "south": "إقليم الجنوب",
        "central": "الإقليم الأوسط",
        "bad_title": "لا يمكن بدء تسجيل الدخول",
        "bad": "الصفحة التي أرسلتك إلى هنا طلبت بطريقة خاطئة. عُد إليها وابدأ من جديد.",
        "out_title": "تم تسجيل خروجك",
        "out": "لا يُحفظ شيء عنك هنا. أغلق هذه الصفحة.",
    },
}


def language_of(ui_locales: str | None, accepted: list[str]) -> str:
    """The first language asked for that this page has, by primary subtag; English if none."""
    for tag in [*(ui_locales or "").split(), *accepted]:
        primary = tag.split("-")[0].lower()
        for code in LANGUAGES:
            if code.split("-")[0] == primary:
                return code
    return "en"


def day(born: date, language: str) -> str:
    """A date in full words, digits 0 to 9 in every language."""
    written = format_date(born, format="long", locale=_BABEL[language])
    return written.translate({0x0660 + n: str(n) for n in range(10)})
