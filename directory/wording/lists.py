"""The words of the list imports: columns, what became of a row, why a file cannot be read."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

CHANGES = {"new": _l("新增"), "changed": _l("更改"), "unchanged": _l("没有变化")}

COLUMNS = {
    "uscc": _l("统一社会信用代码"),
    "organisation": _l("机构名称"),
    "kind": _l("类型"),
    "area": _l("所在街道"),
    "address": _l("地址"),
    "phone": _l("办公电话"),
    "website": _l("网址"),
    "summary": _l("简介"),
    "value": _l("内容"),
    "since": _l("起"),
    "until": _l("止"),
    "source": _l("来源"),
    "": _l("整行"),
}

WRONG_TABLES = {
    "empty": _l("文件里没有表头。第一行要写列名，可以用下面的模板。"),
    "missing": _l("缺少这些列：%(value)s。请用下面的模板。"),
    "twice": _l("这些列出现了两次：%(value)s。请去掉一个。"),
    "unknown": _l("不认识这些列：%(value)s。请去掉，或改成模板里的列名。"),
    "encoding": _l("读不出文字。请在 Excel 里另存为 .xlsx，或存成 UTF-8 的 CSV。"),
    "old": _l("这是旧格式的 Excel 文件（.xls）。请另存为 .xlsx。"),
    "too_large": _l("表格解开以后太大了。请拆成几份。"),
    "too_many": _l("行数太多，最多 %(value)s 行。请拆成几份。"),
    "not_stored": _l("文件没有存下来，不是您的问题，请过几分钟再试。"),
    "unreadable": _l("这不是能读的 Excel 或 CSV 文件，可能已经损坏。请重新另存为 .xlsx。"),
}


def column(name: str, kind: str) -> str:
    """What a column is called in a list of a kind."""
    return str(_l("事实") if (name, kind) == ("kind", "facts") else COLUMNS.get(name, name))


def wrong_table(fault: object, kind: str) -> str:
    """Why a file cannot be read; `fault` has a rule, and columns by their names with | between them."""
    value = str(getattr(fault, "value", ""))
    named = gettext("、").join(column(name, kind) for name in value.split("|"))
    return str(WRONG_TABLES.get(getattr(fault, "rule", ""), WRONG_TABLES["unreadable"])) % {"value": named}
