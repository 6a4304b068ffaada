"""The words of the classification editor: what is said of a category, what is wrong with it, what its steps do."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.errors import Invalid

NAMES = {
    "name": _l("名称"),
    "name_en": _l("英文名称"),
    "description": _l("说明"),
    "keywords": _l("关键词"),
    "examples": _l("居民会怎么说"),
    "deliverables": _l("交付什么"),
    "acceptance": _l("怎么验收"),
    "price_note": _l("计价说明"),
    "price_unit": _l("计价单位"),
    "price_low": _l("参考价从（元）"),
    "price_high": _l("到（元）"),
    "route": _l("谁来解决"),
    "authority": _l("责任单位"),
    "phone": _l("电话"),
    "hand_off": _l("什么时候找他们"),
}

STEPS = {"move": _l("移到另一个领域"), "merge": _l("并入另一类"), "retire": _l("停用")}

FAULTS = {
    "empty": _l("“%(name)s”不能空着。"),
    "too_long": _l("“%(name)s”太长，请写短些。"),
    "too_many": _l("“%(name)s”行数太多，请删掉一些。"),
    "taken": _l("这个领域里已经有一类叫“%(value)s”，请换个名称，或者把两类合并。"),
    "range": _l("参考价要写 0 以上的整数，而且“从”不能大于“到”。"),
    "unknown": _l("“%(name)s”只能从列出的里面选。"),
    "same": _l("它本来就在那里，请选别的。"),
    "level": _l("这里只能选一个合适的层级：服务移到领域，类目并入类目。"),
}


def fault(error: Invalid) -> str:
    said = FAULTS.get(error.rule)
    if error.field == "reason" or said is None:
        return wording.fault(error)
    return str(said) % {"name": NAMES.get(error.field, gettext("类目")), "value": str(error.value)[:40]}
