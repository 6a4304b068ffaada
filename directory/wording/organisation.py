"""The words of the organisation's workspace: fields, tasks, faults, what to do about a gate."""

from flask_babel import lazy_gettext as _l

from directory.wording.states import APPLICATION_STEPS

FIELDS = {
    "summary": _l("机构简介"),
    "short_name": _l("简称"),
    "address": _l("办公地址"),
    "phone": _l("办公电话"),
    "website": _l("网站"),
    "area_code": _l("所在街道"),
    "name": _l("服务名称"),
    "description": _l("服务内容"),
    "areas": _l("服务区域"),
    "groups": _l("服务对象"),
    "price_low": _l("价格下限"),
    "price_high": _l("价格上限"),
    "price_unit": _l("计价单位"),
    "statement": _l("申请说明"),
}

# What is proposed, as a choice on a page; the value's label; and the hint of what proves it.
CLAIMS = {
    "grade": (_l("评估等级"), _l("拿到新的评估等级，或等级换证"), _l("等级证书或评估结果公告")),
    "annual_check": (_l("年度检查"), _l("某一年度的年检结果"), _l("年检结果通知或网上公示的截图")),
    "staff": (_l("专职人员"), _l("专职工作人员的人数"), _l("社保缴纳记录，个人信息请先遮住")),
    "honour": (_l("荣誉"), _l("获得的表彰或称号"), _l("证书或表彰文件")),
    "penalty": (_l("行政处罚"), _l("如实申报受到的处罚"), _l("处罚决定书")),
    "registration": (_l("登记成立"), _l("登记成立的日期"), _l("登记证书")),
}

STEPS = {**APPLICATION_STEPS, "revise": _l("修改申请说明")}

# What comes next for an application, for its organisation.
NEXT = {
    "draft": _l("写好以后由机构负责人检查并提交。"),
    "submitted": _l("等区民政局初审。初审前可以撤回。"),
    "returned": _l("请按退回的原因修改，再重新提交。"),
    "screened": _l("等评估中心分派评估员。"),
    "assessing": _l("评估员正在评分，结果出来会通知你们。"),
    "decided": _l("即将公示。"),
    "publicity": _l("公示期满没有异议，就列入目录；对得分有不同意见，公示期内可以申诉一次。"),
    "listed": _l("已列入目录。以后改动服务内容要送审，资料每隔几个月要确认一次。"),
    "rejected": _l("这份申请已经结束。按理由改进以后，可以重新申请。"),
    "withdrawn": _l("这份申请已经结束。要申请，请重新开始。"),
}

# What an organisation can do about a gate that is not passed.
GATE_ADVICE = {
    "registration_unknown": _l("请在“资质事实”里报上登记成立的日期，附登记证书。"),
    "too_new": _l("登记满年限那天起就符合，请到时再申请。"),
    "grade_unknown": _l("请在“资质事实”里报上评估等级，附等级证书。"),
    "no_grade": _l("请先参加社会组织评估；拿到等级后在“资质事实”里报上。"),
    "grade_lapsed": _l("请重新参加评估；拿到新等级后在“资质事实”里报上。"),
    "grade_too_low": _l("等级要提高到规定以上；拿到新等级后在“资质事实”里报上。"),
    "check_unknown": _l("请在“资质事实”里报上最近应检年度的年检结果。"),
    "check_not_yet_due": _l("不用做什么，第一次年检后再报结果。"),
    "check_basic": _l("年检要“合格”才行；下一年度合格后在“资质事实”里报上。"),
    "check_failed": _l("请先整改；下一年度合格后在“资质事实”里报上。"),
    "check_missed": _l("请补办年检；有结果后在“资质事实”里报上。"),
    "on_abnormal_list": _l("请先向登记管理机关申请移出异常名录。"),
    "on_dishonest_list": _l("请先向登记管理机关申请信用修复。"),
    "credit_unknown": _l("不用做什么，区民政局会核实信用记录。"),
    "recent_penalty": _l("处罚满规定年限后才能申请。"),
    "too_few_staff": _l("专职人员够了以后，在“资质事实”里报上新的人数。"),
    "staff_unknown": _l("请在“资质事实”里报上专职人员人数，附证明。"),
    "is_evaluator": _l("承担评估工作的机构不列入自己评估的目录。"),
}

FAULTS = {
    ("phone", "mobile"): _l("“%(value)s”里有手机号。公开页面只登办公电话，请改填固定电话。"),
    ("phone", "shape"): _l("“%(value)s”不像电话号码，请只写数字、区号和分机，例如 021-52001234 转 8。"),
    ("phone", "too_long"): _l("电话太长，请只写一两个办公电话。"),
    ("website", "shape"): _l("“%(value)s”不是网址，请从 http:// 或 https:// 写起。"),
    ("website", "too_long"): _l("网址太长，最多 400 个字。"),
    ("area_code", "unknown"): _l("没有“%(value)s”这个地方，请从列表里选。"),
    ("summary", "too_long"): _l("机构简介太长，最多 10,000 个字。"),
    ("short_name", "too_long"): _l("简称太长，最多 400 个字。"),
    ("address", "too_long"): _l("办公地址太长，最多 400 个字。"),
    ("name", "required"): _l("请写服务名称。"),
    ("name", "too_long"): _l("服务名称太长，最多 200 个字。"),
    ("description", "required"): _l("请写服务内容：做什么、怎么做、做到什么程度。"),
    ("description", "too_long"): _l("服务内容太长，最多 10,000 个字。"),
    ("areas", "required"): _l("请至少选一个服务区域。"),
    ("areas", "unknown"): _l("没有“%(value)s”这个区域，请从列表里选。"),
    ("groups", "unknown"): _l("没有“%(value)s”这个服务对象，请从列表里选。"),
    ("price_low", "required"): _l("价格上限和下限要么都填，要么都不填。"),
    ("price_high", "required"): _l("价格上限和下限要么都填，要么都不填。"),
    ("price_low", "range"): _l("价格要在 0 到 1 亿元之间，“%(value)s”不行。"),
    ("price_high", "range"): _l("价格要在 0 到 1 亿元之间，“%(value)s”不行。"),
    ("price_high", "price_order"): _l("价格上限 %(value)s 小于下限，请改其中一个。"),
    ("price_unit", "too_long"): _l("计价单位太长，请从列表里选。"),
    ("capacity", "range"): _l("可接项目数要在 0 到 1 亿之间，“%(value)s”不行。"),
    ("category", "level"): _l("“%(value)s”是大类，请选它下面的一个服务类目。"),
    ("category", "retired"): _l("“%(value)s”这个类目已停用，不再接受新的服务，请另选一个。"),
    ("version", "unchanged"): _l("内容和公开的版本一样，没有可送审的修改。"),
    ("statement", "too_long"): _l("申请说明最多 2,000 个字，现在有 %(value)s 个。"),
    ("kind", "unknown"): _l("“%(value)s”不是机构自己能报的事实，请从列表里选。"),
    ("value", "unknown"): _l("没有“%(value)s”这个选项，请从列表里选。"),
    ("value", "number"): _l("“%(value)s”不是人数，请写 0 到 100,000 之间的整数。"),
    ("value", "empty"): _l("请写明获得的是什么荣誉、谁授予的。"),
    ("value", "too_long"): _l("最多 200 个字，现在有 %(value)s 个。"),
    ("value", "waits"): _l("同样的事实已经报过，正在等待核实，不用再报。"),
    ("supersedes", "unknown"): _l("要更正的那一条不在现行的事实里，请重新选。"),
    ("source", "empty"): _l("请写明出自哪份文件，例如证书名称和编号。"),
    ("source", "too_long"): _l("来源最多 400 个字，现在有 %(value)s 个。"),
    ("since", "too_early"): _l("“%(value)s”太早了，请检查年份。"),
    ("since", "year_not_over"): _l("%(value)s 年度还没有结束，还不会有年检结果。"),
    ("since", "future"): _l("“%(value)s”还没有到，请检查日期。"),
    ("until", "required"): _l("请写等级有效期的最后一天。"),
    ("until", "order"): _l("“%(value)s”比起始日期还早，请改其中一个。"),
    ("until", "too_late"): _l("“%(value)s”太远了，请检查年份。"),
    ("file", "empty_file"): _l("这个文件是空的，请重新选择。"),
    ("file", "too_large"): _l("文件超过 10 MB，请压缩或分拆后再传。"),
    ("file", "damaged"): _l("这个 %(value)s 文件不完整或已损坏，请重新导出或拍照后再传。"),
    ("file", "disguised"): _l("文件的内容不是 PDF、JPG 或 PNG（改了后缀也不行），请换成这三种之一。"),
    ("file", "not_stored"): _l("文件没有存下来，不是您的问题，请过几分钟再试。"),
    ("file", "required"): _l("请选择证明材料的文件。"),
}
