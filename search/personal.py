"""How people write down what is nobody else's business: numbers that tell who it is, and doors."""

import re

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "A-HJ-NP-Za-hj-np-z"
_GAP = r"[-\s.·–—]?"  # how people break up a number they write down
_DAY = r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"

_CALLED = ("电话", "电话号码", "座机", "固话", "拨打", "致电", "来电", "tel", "Tel", "TEL")
_AFTER_CALLED = "|".join(rf"(?<={word}{sign})" for word in _CALLED for sign in ("", "[:： 是为]"))
_FILED = ("编号", "编码", "代码", "同号", "单号", "文号", "证号", "案号")
_NOT_FILED = "".join(rf"(?<!{word})(?<!{word}[:： ])" for word in _FILED)
_COUNTED = r"\s*(?:[元万亿块圆户㎡%％号]|人次|人民币|美元|平)"

_EXTENSION = r"(?:\s*(?:转|分机|[-–—])\s*\d{1,6})?"
# A telephone of the city without its code, in eight digits: a word before them settles it. Without one, what
# begins like a year, a round sum, a range of round sums, the number of a file or a standard, and what is counted stays.
_LOCAL = (
    rf"(?:{_AFTER_CALLED})[2-8]\d{{3}}[- \u3000–—]?\d{{4}}{_EXTENSION}(?![\dA-Za-z])"
    rf"|{_NOT_FILED}(?<![\dA-Za-z￥¥$=_第])(?<!\d\d\.)(?<![A-Za-z]/)(?<!(?<!\d)20\d\d-)(?<!\d{{9}}-)(?!20[0-4]\d)"
    r"[2356]\d{3}(?:(?!0000)\d{4}|(?<!0)[- \u3000–—](?!(?:19|20)\d\d)\d{4}|(?<=0)[- \u3000–—]\d{3}[1-9])"
    rf"(?!\d|\.\d|{_COUNTED}){_EXTENSION}(?![\dA-Za-z])"
)
# Sixteen to nineteen digits, in one run or in fours. A USCC may be eighteen digits; what begins with a day is a file's.
_CARD = (
    rf"{_NOT_FILED}(?<![\dA-Za-z./=_-])(?!{_DAY})"
    r"(?:(?!(?:1[1-39]|5[1-39]|9[1-3])\d{16}(?!\d))[1-9]\d{15,18}"
    r"|[3-6]\d{3}(?P<between>[ -])\d{4}(?P=between)\d{4}(?P=between)\d{4}(?:(?P=between)\d{1,3})?)(?![\dA-Za-z])"
)
# Order matters: an identity number is masked before the phone number its digits may contain.
PATTERNS = tuple(
    (re.compile(pattern), label)
    for pattern, label in (
        (
            rf"(?<!\d)\d{{6}}{_GAP}(?:19|20)\d{{2}}{_GAP}(?:0[1-9]|1[0-2]){_GAP}\d{{2}}{_GAP}\d{{3}}[\dXx](?!\d)",
            "［证件号］",
        ),
        (_CARD, "［卡号］"),
        (
            rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}(?:\d{{4}}{_GAP}\d{{4}}|\d{{3}}{_GAP}\d{{5}})(?!\d)",
            "［手机号］",
        ),
        (
            rf"(?<!\d)(?:[(（]0\d{{2,3}}[)）]|0\d{{2,3}}){_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d){_EXTENSION}(?!\d)",
            "［电话］",
        ),
        (_LOCAL, "［电话］"),
        # Three digits at least, so that a province's character before a Latin word makes no plate.
        (
            rf"[{_PROVINCES}]{_GAP}[{_LETTER}]{_GAP}(?=(?:[A-Za-z]{{0,2}}\d){{3}})[{_LETTER}\d]{{4,5}}[{_LETTER}\d挂学警港澳]",
            "［车牌］",
        ),
        (r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "［邮箱］"),
    )
)
LABEL = re.compile("|".join(sorted({label for _, label in PATTERNS})))

_NOT_COUNTED = r"(?!\d|\s*[户人元米平㎡个名位次年月日张级多余])"
DOOR = re.compile(
    r"\d+\s*弄\s*\d+\s*号(?:\s*(?:\d+\s*单元)?\s*\d{2,4}(?:\s*室)?)?"
    rf"|\d+\s*(?:号[楼门]?|栋|幢)\s*(?:\d+\s*单元)?\s*\d{{3,4}}{_NOT_COUNTED}(?:\s*室)?"
    rf"|(?<!\d)\d{{1,2}}\s*楼\s*\d{{3,4}}{_NOT_COUNTED}(?:\s*室)?"
    r"|(?<!\d)\d{3,4}\s*室"
    r"|(?<![零〇一二三四五六七八九])[零〇一二三四五六七八九]{3,4}\s*室"
)
