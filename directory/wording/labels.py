"""The words of what has a code: criteria, groups, units, faults."""

from flask_babel import lazy_gettext as _l

# What a criterion's points rest on; the keys are those of its facts.
CRITERION_FACTS = {
    "assessed": _l("%(score)s 分"),
    "capacity": _l("还能接 %(free)s 个"),
    "freshness": _l("%(confirmed_on)s确认"),
    "reach": _l("%(services)s 项服务相关"),
    "variety": _l("这家机构在这一领域的第 %(place)s 项"),
    "price": _l("最低 %(price_low)s 元，预算 %(budget)s 元"),
    "groups": _l("%(groups)s"),
    "rating": _l("%(rating)s（%(reviews)s 条评价）"),
    "finished": _l("%(finished)s 次"),
}

CRITERIA = {
    "variety": (_l("换个选择"), _l("同一家机构在同一领域的第二项服务往后排，让名单上多几家")),
    "affinity": (_l("以往经验"), _l("以前确认过的类似需求，是不是由这家机构在这类服务里解决的")),
    "category": (_l("类目吻合"), _l("需求与这项服务所属类目有多吻合")),
    "field": (_l("领域吻合"), _l("需求与所属服务领域有多吻合")),
    "text": (_l("内容相近"), _l("服务介绍与需求用词有多相近")),
    "reach": (_l("机构专长"), _l("这家机构的各项服务合起来与需求有多相近")),
    "area": (_l("服务区域"), _l("是否服务需求所在街道")),
    "groups": (_l("服务对象"), _l("服务对象与需求涉及的人群有多一致")),
    "price": (_l("价格"), _l("最低价是否在预算以内")),
    "assessed": (_l("评估得分"), _l("评估中心打的分")),
    "rating": (_l("评价"), _l("完成服务后的评价，少于三条不显示")),
    "finished": (_l("类似完成"), _l("签收过的类似服务")),
    "capacity": (_l("可接项目"), _l("现在还能接几个项目")),
    "freshness": (_l("资料新鲜"), _l("机构上次确认资料属实的时间")),
}

ORDERS = {"relevance": _l("最相关"), "quality": _l("评估得分高"), "price": _l("价格低")}

FACETS = {
    "field": _l("领域"),
    "category": _l("服务"),
    "area": _l("区域"),
    "grade": _l("等级"),
    "route": _l("解决路径"),
    "state": _l("状态"),
}

GROUPS = {
    "老年人": _l("老年人"),
    "残疾人": _l("残疾人"),
    "儿童": _l("儿童"),
    "青少年": _l("青少年"),
    "妇女": _l("妇女"),
    "家庭": _l("家庭"),
    "困难群体": _l("困难群体"),
    "新就业群体": _l("新就业群体"),
    "退役军人": _l("退役军人"),
    "外来人员": _l("外来人员"),
    "全体居民": _l("全体居民"),
    "社会组织": _l("社会组织"),
    "社区工作者": _l("社区工作者"),
}

PRICE_UNITS = {
    "每项目": _l("每项目"),
    "每场": _l("每场"),
    "每月": _l("每月"),
    "每次": _l("每次"),
    "每案": _l("每案"),
    "每人次": _l("每人次"),
    "每户": _l("每户"),
    "每楼栋": _l("每楼栋"),
    "每小时": _l("每小时"),
    "每课时": _l("每课时"),
    "每人每周": _l("每人每周"),
    "每人每月": _l("每人每月"),
    "每人每年": _l("每人每年"),
    "每户每年": _l("每户每年"),
    "每台每月": _l("每台每月"),
    "每点每月": _l("每点每月"),
    "每点位": _l("每点位"),
    "每处": _l("每处"),
    "每家": _l("每家"),
    "每辆": _l("每辆"),
    "每车": _l("每车"),
    "每件": _l("每件"),
    "每楼道": _l("每楼道"),
    "每门洞": _l("每门洞"),
    "每只": _l("每只"),
    "每组": _l("每组"),
    "每客": _l("每客"),
    "每平方米": _l("每平方米"),
}

# What is wrong with a value, for the errors an operation raises in the words of a programmer.
FAULTS = {
    ("field", "unknown"): _l("没有“%(value)s”这个服务领域，请从列表里选。"),
    ("category", "unknown"): _l("没有“%(value)s”这类服务，请从服务分类里选。"),
    ("area", "unknown"): _l("没有“%(value)s”这个地方，请从列表里选。"),
    ("route", "unknown"): _l("没有“%(value)s”这种解决路径，请从列表里选。"),
    ("name", "empty"): _l("请写姓名，用文字写，不用符号。"),
    ("name", "too_long"): _l("“%(value)s”太长，姓名最多 40 个字。"),
    ("email", "email"): _l("“%(value)s”不像邮箱地址，请写成 name@example.org 的样子。"),
    ("email", "taken"): _l("%(value)s 已经有账号了，不用再邀请；忘了密码可以自己重设。"),
    ("role", "organisation"): _l("机构负责人和机构编辑要说明是哪家机构，其他角色不用。"),
    ("area", "street"): _l("街道经办要选一个街道或镇。"),
    ("area", "neighbourhood"): _l("居民区账号要选一个居民区。"),
    ("area", "not_asked"): _l("这个角色不分地区，请把地区留空。"),
    ("password", "short"): _l("密码至少 10 个字符。"),
    ("password", "long"): _l("密码最多 200 个字符。"),
    ("password", "own"): _l("密码里不要用自己的姓名或邮箱。"),
    ("password", "simple"): _l(
        "太容易猜。请在大写字母、小写字母、数字、符号（汉字也算）里用上三种，或者写到 16 个字符以上，不要老是重复。"
    ),
    ("uscc", "length"): _l("统一社会信用代码是 18 位，“%(value)s”不是。请对照登记证书。"),
    ("uscc", "alphabet"): _l("“%(value)s”里有代码不用的字符。代码只有数字和大写字母，没有 I、O、S、V、Z。"),
    ("uscc", "organisation_check"): _l("“%(value)s”第 17 位校验不对，多半有一位抄错了。请对照登记证书。"),
    ("uscc", "check"): _l("“%(value)s”最后一位校验不对，多半有一位抄错了。请对照登记证书。"),
    ("uscc", "unknown"): _l("目录里没有代码为 %(value)s 的机构。请先联系区民政局，把机构的登记信息录进来，再来认领。"),
    ("uscc", "kept"): _l("这家机构已经有人在维护。请让本机构的负责人在“账号管理”里邀请您；找不到人，请联系区民政局。"),
    ("uscc", "waiting"): _l("这家机构已经有一份认领在等区民政局核实，请等结果，不用重复提交。"),
    ("phone", "phone"): _l("“%(value)s”不像电话号码，请写固定电话或手机号，可以带区号和分机。"),
    ("note", "too_long"): _l("说明最多 500 个字，现在有 %(value)s 个。"),
    ("word", "too_short"): _l("一个字太短，词至少两个字。"),
    ("word", "too_long"): _l("这个词太长，最多 20 个字。"),
    ("weight", "range"): _l("分量要在 0.05 到 1 之间，“%(value)s”不行。"),
    ("unless", "too_long"): _l("“%(value)s”太长：反面语境最多 20 个字一个。"),
    ("unless", "too_many"): _l("反面语境最多 30 个，现在有 %(value)s 个。"),
    ("unless", "inside"): _l("“%(value)s”就在这个词里面，写上它这个词就永远不起作用了。"),
    ("reason", "empty"): _l("请写明原因，一句话就行；它会记进操作记录。"),
    ("reason", "too_long"): _l("原因最多 200 个字，现在有 %(value)s 个。"),
    ("text", "empty"): _l("这里面没有字，请用自己的话说说遇到了什么。"),
}
