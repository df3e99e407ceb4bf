"""How much a run of text sounds like a question of a form, and how much like what somebody filled in."""

import re
import unicodedata


def words(text: str) -> frozenset[str]:
    """Return the words of `text`, which are parted by spaces."""
    return frozenset(text.split())


# Words that forms ask with, whole. Those that end in one of _ENDINGS need not stand here.
_ASKED = words(
    "姓名 曾用名 性别 年龄 民族 籍贯 国籍 婚否 学历 学位 专业 系别 院系 学院 班级 年级 学号 工号 职务 "
    "职称 职位 岗位 职业 工种 文号 单位 部门 科室 公司 企业 机关 学校 电话 手机 座机 传真 邮编 邮箱 网址 "
    "微信 QQ E-mail Email 电子邮件 电子信箱 地址 住址 住所 地点 日期 时间 年月 年度 期限 工期 工龄 起止 "
    "币种 币别 金额 大写 小写 合计 总计 小计 单价 数量 总额 总价 余额 税率 税额 尺寸 规格 型号 图号 比例 "
    "用途 来源 方式 种类 类别 类型 性质 等级 级别 项目 课程 科目 分数 成绩 总分 名次 特长 爱好 兴趣爱好 "
    "备注 说明 附件 其他要求 联系人 申请人 负责人 经办人 承办人 审核人 审批人 复核人 记录人 填表人 代理人 "
    "委托人 受托人 证明人 担保人 收款人 付款人 接收人 领取人 户主 男方 女方 甲方 乙方 子女 监护人 法人 "
    "法人代表 法定代表人 联络人 投保人 被保险人 患者 签名 签字 盖章 签章 与本人关系 称谓 关系 照片 "
    "贴照片处 政治面貌 健康状况 身体状况 婚姻状况 文化程度 户籍 户口 血型 身高 体重 视力 城市 地区 国家 "
    "省份 区县 工作经历 工作简历 学习经历 个人简历 教育经历 培训经历 主要经历 奖惩情况 家庭成员 "
    "家庭主要成员 社会关系 经营范围 注册资本 注册资金 组织机构 自我评价 综合评价 个人简介 项目简介 "
    "主要内容 申请理由 事由 案由 请示 摘要 序号 编号 账号 开户行 开户银行 户名 税号 学科 语种 英文名 Name "
    "Sex Gender Date Address Tel Phone Mobile Fax Signature Nationality Surname Passport Postcode City "
    "Country"
)
_ENDINGS = re.compile(
    r"(?:名称|姓名|全称|简称|性别|日期|时间|年月日?|年限|年份|年度|年龄|民族|籍贯|学历|学位|专业|职务|职称|职位|职业|单位|部门|机构|机关|地址|住址|住所|地点|"
    r"位置|电话|手机|传真|邮箱|邮编|邮政编码|号码|编号|证号|账号|卡号|文号|代码|编码|工号|学号|户号|识别号|注册号|登记号|许可证号?|证书号?|意见|签字|签名|签章|盖章|公章|备注|说明|情况|原因|理由|"
    r"内容|类别|类型|种类|性质|等级|级别|水平|程度|状况|状态|面貌|金额|数量|面积|规模|资金|资本|经费|费用|投资|收入|总额|价格|造价|额度|税额|期限|有效期至?|效期|工期|方式|来源|用途|依据|范围|"
    r"代表人?|负责人|联系人|申请人|经办人|承办人|审核人|审批人|填表人|代理人|证明人|担保人|监护人|用人|办人|确认|处理结果|信息|审核|审批|复核|备案|批注栏?|能力|语言|母语|姓|责任人|签字人|法人|人员|人数|关系|经历|简历|简介|成员|成绩|分数|排名|名次|评价|结果|结论|要求|目标|指标|"
    r"事项|项目|方案|计划|措施|特长|爱好|资格|资质|院校|学校|专长|任务|预算|比例|结构|用地|层数|高度|容积率|密度|户籍地?|所在地|出生地|归属地|国籍|去向|条件|标准|材料|成果|行业|领域|学科|科目|语种|事由|去处|次数|天数|人口|号|"
    r"Name|Date|Address|No\.?|Number|Tel|Phone|Email|E-mail|Sex|Gender|Signature|Nationality|Code)$",
    re.IGNORECASE,
)
_ANSWERED = words(
    "男 女 无 有 是 否 汉 汉族 回族 满族 蒙古族 壮族 藏族 维吾尔族 苗族 中国 群众 党员 中共党员 团员 "
    "共青团员 本科 大专 专科 中专 高中 初中 小学 硕士 博士 研究生 学士 已婚 未婚 离异 丧偶 初婚 再婚 良好 "
    "优秀 健康 一般 正常 合格 不合格 同意 不同意 通过 符合要求 居民身份证 身份证 护照 本人 父子 母子 父女 "
    "母女 夫妻 学生 教师 医生 会计 经理 工人 农民 干部 职员 公司 企业 全日制 长期 公开 / \\ - — √ V ☑ "
    "其他 其它"
)
_RELATIVES = words("父亲 母亲 配偶 丈夫 妻子 子女 父 母 父母 本人")
_BOXES = re.compile(r"[□☐☑☒✓√■▢◻]")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文"
)
_NAME = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_DATE = re.compile(r"(?:19|20)\d\d\s*[年./-]")
_PLACE = re.compile(r"[\u4e00-\u9fff](?:省|市|县|区|镇|乡|街道|路|村|大道)[\u4e00-\u9fff\d]")
_BODY = re.compile(r"(?:公司|大学|学院|中学|小学|医院|银行|支行|集团|政府|委员会|[\u4e00-\u9fff]{2}局|工厂|厂)$")
_ORDINAL = re.compile(r"^(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）]?[.、．:：]|[①-⑳]|\*)")
_CIRCLED = re.compile(r"^[①-⑳⑴-⒇●■◆★※]|[。]$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]?$")


def plain(text: str) -> str:
    """Return `text` without spaces and with full-width forms folded."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def key_core(text: str) -> str:
    """Return the asking words of a question: without its number, remark in brackets and colon."""
    core = plain(_CIRCLED.sub("", text)).strip("*:_·.-●■◆★※")
    core = _ORDINAL.sub("", core)
    for _ in range(2):
        without = _ASIDE.sub("", core)
        core = (without if len(without) >= 2 else core).strip("*:_.-,;")
    chinese = "".join(_CHINESE.findall(core))
    latin = len(_LATIN.findall(core))
    # Forms in two languages ask the same thing twice.
    return chinese if latin >= 3 and len(chinese) >= 2 and not any(c.isdigit() for c in core) else core


def word_marks(compact: str, core: str) -> list[str]:
    """Return what the words of a run are, by name: asked by many forms, answered by many people, a date, a body…"""
    digits = sum(character.isdigit() for character in core)
    latin = len(_LATIN.findall(core))
    seen = {
        "colon": compact.endswith(":"),
        "inner colon": ":" in compact[:-1],
        "asked": core in _ASKED,
        "ending": bool(_ENDINGS.search(core)),
        "short ending": bool(_ENDINGS.search(core)) and len(core) <= 8,
        "relative": core in _RELATIVES,
        "ordinal": bool(_ORDINAL.match(compact)),
        "asks?": compact.endswith("?"),
        "whether": any(word in core for word in ("是否", "有无", "如何", "何时")),
        "answered": core in _ANSWERED or compact in _ANSWERED,
        "date": bool(_DATE.search(compact)),
        "blank date": bool(re.fullmatch(r"[\d_]{0,4}年[\d_]{0,2}月[\d_]{0,2}日?", compact)),
        "mail": "@" in compact,
        "box": bool(_BOXES.search(compact)),
        "opens with box": bool(_BOXES.match(compact)),
        "name": bool(_NAME.fullmatch(core)),
        "place": bool(_PLACE.search(core)),
        "body": bool(_BODY.search(core)) and core not in _ASKED,
        "sentence": "。" in compact or ";" in compact,
        "comma": "," in compact or "、" in compact,
        "aside": bool(_ASIDE.search(compact)),
        "all aside": compact[:1] == "(" and compact[-1:] == ")",
        "star": compact[:1] in "*★※",
        "digit": 0 < digits < 3,
        "digits": digits >= 3,
        "mostly digits": digits > 0.5 * len(core) > 0,
        "all digits": digits == len(core) > 0,
        "ten digits": digits >= 10,
        "latin": 0 < latin < len(core),
        "all latin": latin > 0.8 * len(core) > 0,
        "verb of filling": bool(re.search("请|填写|以下|以上|本人|不得|应当|须", compact)),
        "signed": bool(re.search(r"(?:签字|签名|签章|盖章|公章)[):]*$", compact)),
    }
    return [name for name, is_so in seen.items() if is_so]


def asks(text: str) -> float:
    """Return how much `text` sounds like a question (above 0) or like an answer (below 0), by its words alone."""
    compact = plain(text)
    if not compact:
        return -5.0
    core = key_core(text)
    return _asking(compact, core) - _answering(compact, core)


def _asking(compact: str, core: str) -> float:
    score = 0.0
    if compact.endswith(":"):
        score += 3.0
    if core in _ASKED or all(word in _ASKED for word in core.split("/")):
        score += 3.5
    elif core in _RELATIVES:
        score += 1.2
    elif _ENDINGS.search(core) and len(core) <= 16 and not any(c.isdigit() for c in core[-6:-1]):
        score += 2.6
    elif any(
        word in core
        for word in (
            "是否",
            "有无",
            "请选择",
            "如何",
            "何时",
            "何地",
            "何年",
            "何部门",
            "何单位",
            "何学校",
            "有何",
            "请填写",
        )
    ):
        score += 2.0
    if _ORDINAL.match(compact) and not compact[0].isdigit():
        score += 0.5
    if compact.endswith("?"):
        score += 2.5
    return score


def _answering(compact: str, core: str) -> float:
    score = 0.4
    digits = sum(character.isdigit() for character in core)
    if core in _ANSWERED or compact in _ANSWERED:
        score += 4.0
    if digits >= 3 or (digits and digits >= 0.5 * len(core)):
        score += 3.0
    if _DATE.search(compact) or "@" in compact:
        score += 3.0
    if _BOXES.search(compact):
        score += 3.5
    if _NAME.fullmatch(core):
        score += 1.2
    if _PLACE.search(core) and not compact.endswith(":"):
        score += 1.5
    if _BODY.search(core) and core not in _ASKED:
        score += 1.0
    if len(core) == 1:
        score += 2.0
    if "。" in compact or ";" in compact:
        score += 4.0
    if "," in compact or "、" in compact:
        score += 1.0
    if len(core) > 14:
        score += 1.0 + min(4.0, (len(core) - 14) * 0.15)
    return score
