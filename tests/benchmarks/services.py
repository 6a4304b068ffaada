"""Three invented services with what people say of them."""

from search.lexicon import Lexicon, LexiconEntry
from search.matching.routing import CategoryProfile

MEALS = CategoryProfile(
    "X-1",
    "X",
    "老年助餐",
    ("送餐",),
    ("老人一个人烧不动饭", "爷爷中午没饭吃"),
    "为老人送饭",
    ("provider", "government"),
    (("想给老人订午饭", "provider"), ("老人食堂什么时候开", "government"), ("楼里老人吃饭成问题", "provider")),
)
DRAINS = CategoryProfile(
    "X-2",
    "X",
    "疏通管道",
    ("下水道",),
    ("下水道堵了", "厕所返水"),
    "疏通堵塞的管道",
    ("property", "provider"),
    (("厨房水槽堵住了", "property"), ("管道又返水了", "property"), ("马桶堵了三天", "property")),
)
LESSONS = CategoryProfile(
    "Y-1",
    "Y",
    "课后托管",
    ("作业辅导",),
    ("孩子放学没人接", "小学生暑假没人管"),
    "放学以后照看孩子",
    ("provider",),
    (("放学后孩子没地方去", "provider"), ("暑假孩子没人看", "provider"), ("小学放学早没人接", "provider")),
)
SERVICES = (MEALS, DRAINS, LESSONS)
WORDS = Lexicon([LexiconEntry("马桶", "X-2", 0.9)])
