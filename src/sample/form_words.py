"""What forms ask and what people write there: labels by the kind of answer, with a maker of answers for each kind."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from sample.city import CITY, DISTRICTS, PROVINCE, address, day_in, enterprise, given_name, one_of, person
from sample.codes import credit_code, sum_in_words

Answer = Callable[[random.Random], str]


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text`, which are parted by bars."""
    return tuple(text.split("|"))


WHOSE = words(
    "申请人|法定代表人|负责人|联系人|经办人|代理人|项目负责人|紧急联系人|配偶|监护人|推荐人|"
    "担保人|户主|委托人|受托人|导师|考生|学生|教师|患者|业主|承租人|投保人|被保险人|受益人|"
    "收款人|付款人|家长|父亲|母亲|财务负责人|主要负责人|技术负责人|股东|持卡人|签约人|受理人|"
    "邀请人|参赛者|作者|发明人|第一完成人|申报人|捐赠人|供应商|建设单位|施工单位|监理单位|"
    "用人单位|申请单位|推荐单位|合作单位|承担单位|主管部门|工作单位|企业|单位|公司|学校|机构|"
    "基金会|社团|开户单位|出租方|承租方|甲方|乙方"
)
SORTS = words(
    "申请|项目|单位|学历|证件|产品|业务|账户|贷款|合同|工程|设备|资格|职称|毕业|入学|工作|培训|"
    "奖励|考核|检验|登记|注册|许可|备案|变更|投资|出资|资助|保险|就业|离职|入职|岗位|课程|竞赛|"
    "论文|专利|作品|服务|采购|招标|投标|销售|进口|出口|房屋|土地|车辆|档案|文件|会议|活动|出国|"
    "签证|户籍|居住|通讯|办公|家庭|经营|纳税|财务|科研|教学|临床|药品|环境|安全|质量|主要|其他|"
    "实际|预计|上年度|本年度|目前|原|现|拟|第一|第二|首次|最高|全日制|在职|境外|国内|当前|总|年"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of question: whole labels, endings that follow whose or which, and how an answer is written."""

    labels: tuple[str, ...]
    answer: Answer
    of_persons: tuple[str, ...] = ()
    of_things: tuple[str, ...] = ()
    english: str = ""
    long: bool = False


def _from(text: str) -> Answer:
    choices = text.split()
    return lambda rng: one_of(rng, choices)


def _name(rng: random.Random) -> str:
    return given_name(rng, male=rng.random() < 0.5)


def day(rng: random.Random) -> str:
    """Return a day in one of the spellings that people use."""
    on = day_in(rng, rng.randint(1960, 2024))
    spelt = (
        f"{on.year}年{on.month}月{on.day}日",
        f"{on:%Y.%m.%d}",
        on.isoformat(),
        f"{on:%Y/%m/%d}",
        f"{on:%Y%m%d}",
        f"{on.year}年{on.month}月",
        f"{on.year}.{on.month}",
        f"{on.year}.{on.month}.{on.day}",
    )
    return one_of(rng, spelt)


def span(rng: random.Random) -> str:
    """Return a span of time."""
    first = rng.randint(1990, 2020)
    month, later = rng.randint(1, 12), first + rng.randint(1, 5)
    return one_of(
        rng,
        (
            f"{first}.{month}-{later}.{month}",
            f"{first}年{month}月至{later}年{month}月",
            f"{first}年至今",
            f"{first}-{later}",
        ),
    )


def _digits(rng: random.Random, count: int) -> str:
    return str(rng.randrange(10 ** (count - 1), 10**count))


def _phone(rng: random.Random) -> str:
    return one_of(
        rng,
        (
            f"1{rng.choice('3578')}{_digits(rng, 9)}",
            f"0{_digits(rng, 3)}-{_digits(rng, 8)}",
            f"0{_digits(rng, 2)}{_digits(rng, 7)}",
        ),
    )


def _mail(rng: random.Random) -> str:
    return one_of(rng, (f"{_digits(rng, 9)}@qq.com", f"{rng.choice('abcdlwxyz')}{_digits(rng, 5)}@163.com"))


def _serial(rng: random.Random) -> str:
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTXYZ") for _ in range(rng.randint(0, 3)))
    return f"{letters}{one_of(rng, ('', '-', ''))}{_digits(rng, rng.randint(3, 12))}"


def _amount(rng: random.Random) -> str:
    yuan = rng.randint(1, 9_999_999)
    return one_of(
        rng,
        (
            f"{yuan}",
            f"{yuan:,}.00",
            f"{yuan}元",
            f"{yuan // 10000 + 1}万元",
            f"￥{yuan}.00",
            f"人民币{sum_in_words(yuan)}",
        ),
    )


def _number(rng: random.Random) -> str:
    unit = one_of(rng, words("||人|名|%|平方米|㎡|年|个月|岁|cm|kg|份|台|层|次|天"))
    return f"{rng.randint(1, 4000)}{unit}"


def _body(rng: random.Random) -> str:
    places = (
        enterprise(rng).name,
        f"{CITY}第{rng.randint(1, 9)}中学",
        f"{CITY}人民医院",
        f"{PROVINCE}师范大学",
        "砚州理工学院",
        f"{one_of(rng, DISTRICTS)}教育局",
        f"{CITY}市场监督管理局",
        f"{one_of(rng, DISTRICTS)}公安分局",
        f"{CITY}科学技术局",
        "砚州博物馆",
    )
    return one_of(rng, places)


def _bank(rng: random.Random) -> str:
    return f"中国{one_of(rng, ('工商', '农业', '建设', '民生', '光大'))}银行{one_of(rng, ('', CITY))}{one_of(rng, DISTRICTS)[:2]}支行"


_DEEDS = words(
    "负责|参与|组织|完成|撰写|调查|整理|开展|主持|推进|改进|编制|审核|维护|学习|掌握|提高|加强|建立|落实|协助|研究"
)
_MATTERS = words(
    "档案数字化工作|管线改造方案|年度财务预算|课程教学计划|社区志愿服务|设备采购|质量检验|"
    "市场调查|产品设计|客户回访|软件开发|安全生产检查|数据分析|人才培养|古籍修复|病房护理|"
    "道路养护|合同审查|招生宣传|实验室建设|科研项目申报|水质监测|学生实习"
)


def _clause(rng: random.Random) -> str:
    return one_of(rng, _DEEDS) + one_of(rng, _MATTERS)


def prose(rng: random.Random) -> str:
    """Return one to four sentences of an applicant."""
    openings = words("本人|我|该同志|项目|公司|在校期间|工作以来|近三年|因工作需要|")
    sentences = [
        one_of(rng, openings) + "，".join(_clause(rng) for _ in range(rng.randint(1, 4)))
        for _ in range(rng.randint(1, 4))
    ]
    return "。".join(sentences) + one_of(rng, ("。", "。", ""))


def _short(rng: random.Random) -> str:
    return one_of(rng, (_clause(rng), f"{_clause(rng)}及{one_of(rng, _MATTERS)}", one_of(rng, _MATTERS), "无", "无"))


def _opinion(rng: random.Random) -> str:
    return one_of(
        rng,
        words("同意|同意。|同意申报|情况属实，同意推荐。|符合条件，同意上报。|经审核，材料齐全，同意办理。|通过|合格"),
    )


_PEOPLE_AND_THINGS: tuple[Asked, ...] = (
    Asked(
        words(
            "姓名|姓 名|姓　　名|曾用名|中文姓名|英文名|联系人|经办人|填表人|申请人|负责人|收件人|"
            "法定代表人|作者|户主|监护人|班主任"
        ),
        _name,
        ("姓名", "", "名字", "（签字）"),
        ("联系人", "负责人", "经办人"),
        "Name",
    ),
    Asked(("性别", "性 别"), _from("男 女 男 女 M F"), ("性别",), (), "Sex"),
    Asked(("民族", "民 族"), _from("汉 汉族 回族 满族 壮族 苗族"), ("民族",), (), "Ethnic group"),
    Asked(
        words("国籍|国家/地区|籍贯|出生地|户籍所在地|生源地|出生地点|所在省市"),
        lambda rng: one_of(
            rng, ("中国", CITY, PROVINCE, f"{PROVINCE}{CITY}", one_of(rng, DISTRICTS), "日本", "德国", "China")
        ),
        ("国籍", "籍贯", "户籍"),
        (),
        "Nationality",
    ),
    Asked(
        words(
            "年龄|工龄|身高|体重|数量|人数|面积|份数|页数|学时|学分|课时|次数|层数|建筑面积|职工人数|"
            "在校人数|参加人数|有效期|保管期限|工作年限|占比|权重|得分|评分"
        ),
        _number,
        ("年龄", "工作年限"),
        words("数量|人数|面积|年限|期限|比例|次数|成绩|时长"),
        "Age",
    ),
    Asked(
        words(
            "出生日期|出生年月|填表日期|申请日期|日期|入学时间|毕业时间|参加工作时间|入党时间|入职日期|"
            "时间|签发日期|成立日期|到期日|发证日期|有效期至|任职时间|报到时间"
        ),
        day,
        ("出生日期", "出生年月"),
        words("日期|时间|起始日期|完成时间|年月|有效期"),
        "Date of birth",
    ),
    Asked(
        words("起止时间|起止年月|工作期限|项目周期|实施期限|合同期限|任职年限|借用期限|经营期限"),
        span,
        (),
        ("起止时间", "起止年月", "期限", "周期"),
        "Period",
    ),
    Asked(
        words("身份证号|身份证号码|证件号码|公民身份号码|护照号码|居民身份证号"),
        lambda rng: one_of(rng, (person(rng).identity_number, person(rng).identity_number, f"E{_digits(rng, 8)}")),
        ("身份证号", "身份证号码", "证件号码", "身份证件号"),
        (),
        "ID No.",
    ),
    Asked(
        words("联系电话|电话|手机|手机号码|移动电话|传真|办公电话|家庭电话|联系方式|电话号码|固定电话|固话|座机"),
        _phone,
        words("联系电话|电话|手机号码|联系方式|手机|传真"),
        ("电话", "联系方式"),
        "Tel",
    ),
    Asked(
        words("电子邮箱|E-mail|Email|邮箱|电子邮件|电子信箱|QQ|微信号|邮箱地址"),
        _mail,
        ("邮箱", "电子邮箱", "E-mail"),
        (),
        "E-mail",
    ),
    Asked(("邮政编码", "邮编"), lambda rng: _digits(rng, 6), (), ("邮编", "邮政编码"), "Postcode"),
    Asked(
        words(
            "地址|住址|通讯地址|家庭住址|联系地址|现住址|单位地址|注册地址|经营地址|住所|户籍地址|"
            "项目地点|建设地点|活动地点|邮寄地址|办公地址"
        ),
        address,
        ("地址", "住址", "通讯地址", "住所", "户籍所在地"),
        ("地址", "地点", "住所"),
        "Address",
    ),
    Asked(
        words(
            "工作单位|单位名称|毕业院校|毕业学校|学校|企业名称|公司名称|单位|申报单位|推荐单位|发证机关|"
            "主管单位|所在单位|就读学校|签发机关|承担单位|机构名称|学校名称|授课单位|颁发单位|生产企业|"
            "隶属关系"
        ),
        _body,
        ("单位", "工作单位", "所在单位", "名称"),
        words("名称|单位|机关|机构|院校|所在地"),
        "Employer",
    ),
    Asked(
        words("部门|所在部门|院系|学院|科室|班级|年级|专业班级|系别"),
        _from(
            "办公室 财务科 人事处 经济学院 文学院 内科 技术部 市场部 三年级二班 高一（3）班 软件工程2班 "
            "2016级 保管利用科 综合部 后勤处 机械系 研发中心"
        ),
        ("部门", "所在部门"),
        ("部门", "科室"),
        "Department",
    ),
    Asked(
        words("职务|职称|职业|岗位|专业技术职务|应聘岗位|现任职务|申报职称|职位|工种|职务/职称|申请职位"),
        _from(
            "主任 科员 经理 工程师 讲师 副教授 教师 会计 护士 主管 律师 技术员 学生 司机 高级工程师 "
            "助理馆员 馆员 职员 总经理 班长 院长 医生 采购员 法律顾问 农民 自由职业 文员"
        ),
        ("职务", "职称", "职业", "职位"),
        ("岗位", "职务"),
        "Occupation",
    ),
    Asked(
        words("学历|学位|文化程度|最高学历|学历学位|受教育程度"),
        _from("本科 大专 硕士 博士 研究生 高中 学士 中专 初中 本科/学士 硕士研究生 大学 专科"),
        ("学历", "文化程度"),
        (),
        "Education",
    ),
    Asked(
        words("专业|所学专业|研究方向|学科|专业名称|所属领域|行业|专业特长|特长|爱好|主修课程|授课科目|课程名称"),
        _from(
            "汉语言文学 档案学 会计学 计算机科学与技术 土木工程 法学 临床医学 英语 工商管理 机械设计 "
            "市场营销 化学 音乐 篮球 书法 绘画 数学 物理 生物 环境工程 制造业 护理 国际贸易 建筑学"
        ),
        ("专业",),
        ("专业", "领域", "学科", "方向", "科目"),
        "Major",
    ),
    Asked(
        words("政治面貌|婚姻状况|健康状况|身体状况|宗教信仰|外语水平|计算机水平|户口性质|婚否|血型|语种|外语语种"),
        _from(
            "党员 中共党员 群众 团员 共青团员 已婚 未婚 离异 健康 良好 一般 无 英语六级 英语四级 熟练 "
            "城镇 农业 城镇户口 A型 B型 O型 AB型 英语 二级"
        ),
        ("政治面貌", "健康状况"),
        ("状况", "情况", "水平"),
        "Marital status",
    ),
    Asked(
        words("与本人关系|关系|称谓|与申请人关系|家庭成员关系|与户主关系"),
        _from("父亲 母亲 配偶 父子 母女 妻子 丈夫 儿子 女儿 兄弟 朋友 同事 本人 父女 夫妻 姐姐"),
        ("与本人关系", "关系"),
        (),
        "Relationship",
    ),
    Asked(
        words(
            "编号|项目编号|合同编号|证书编号|学号|工号|准考证号|受理号|批准文号|登记号|档案编号|注册号|"
            "登记证号|车牌号|许可证号|考生号|产品型号|规格型号|批号|图号|案卷号|箱号"
        ),
        _serial,
        ("编号", "证号", "工号"),
        words("编号|号码|代码|文号|证书号|批号|型号"),
        "No.",
    ),
    Asked(
        ("统一社会信用代码", "组织机构代码", "纳税人识别号", "营业执照号", "税务登记号"),
        credit_code,
        (),
        (),
        "Registration No.",
    ),
    Asked(
        words("银行账号|账号|开户账号|卡号|银行卡号|收款账号"),
        lambda rng: _digits(rng, 19),
        ("账号", "银行账号"),
        ("账号",),
        "Account No.",
    ),
    Asked(("开户银行", "开户行", "开户行名称", "贷款银行", "收款银行"), _bank, ("开户银行",), (), "Bank"),
    Asked(
        words(
            "金额|申请金额|注册资本|合计|总投资|月收入|年收入|贷款金额|报价|单价|年销售额|经费预算|"
            "人民币（大写）|金额（大写）|金额（小写）|预算总额|注册资金|资产总额|小计|上缴税金|净利润|"
            "自筹资金|财政拨款|专项资金|营业收入|工资"
        ),
        _amount,
        ("月收入", "年收入"),
        words("金额|费用|总额|经费|资金|收入|单价|总价|额度"),
        "Amount",
    ),
    Asked(
        words(
            "项目名称|工程名称|产品名称|作品名称|课题名称|论文题目|成果名称|活动名称|事项名称|标题|题目|"
            "主题|申请事项|专利名称|药品名称|会议名称|奖项名称"
        ),
        lambda rng: one_of(
            rng,
            (
                one_of(rng, _MATTERS),
                f"{one_of(rng, _MATTERS)}研究",
                f"{CITY}{one_of(rng, _MATTERS)}项目",
                f"《{one_of(rng, _MATTERS)}》",
            ),
        ),
        (),
        ("名称", "题目", "内容", "主题"),
        "Title",
    ),
    Asked(
        words(
            "备注|说明|其他|用途|来源|去向|依据|主要职责|工作内容|获奖情况|申请类别|项目类别|企业性质|"
            "证件类型|类型|类别|等级|级别|业务种类|运输方式|付款方式|担任工作|奖惩情况|档案所在地|"
            "单位性质|缴费方式"
        ),
        lambda rng: one_of(
            rng,
            (
                _short(rng),
                *words(
                    "无|有限责任公司|国有|民营|身份证|一般|甲级|一级|省级|现金|转账|全日制|自筹|事业单位|"
                    "公路运输|居民身份证|新办|首次申请|长期"
                ),
            ),
        ),
        ("情况说明", "特长"),
        words("类别|类型|种类|性质|方式|来源|用途|等级|级别|情况|要求|结果|依据|条件"),
        "Remarks",
    ),
)

LONG: tuple[Asked, ...] = (
    Asked(
        words(
            "申请理由|个人简历|工作经历|学习经历|主要业绩|项目简介|自我评价|工作简历|学习和工作经历|"
            "主要事迹|经营范围|研究内容|项目内容|实施方案|教育背景|创新点|奖惩情况|获奖情况|预期目标|"
            "项目概况|主要内容|申请原因|事由|自我鉴定|个人特长|职业规划|简要说明|工作总结|主要工作内容|"
            "绩效目标|可行性分析|技术要求|成果简介|病史|诊断结果|变更原因|变更内容|工作经验|培训内容|"
            "家庭经济情况|困难情况说明|存在问题|改进措施|检查情况|处理结果|主要产品|经济效益|社会效益|"
            "技术路线|立项依据|保障措施|任务分工|工作职责|岗位职责"
        ),
        prose,
        (),
        words("理由|简介|概况|说明|目标|内容|计划|方案|措施|经历|业绩|原因"),
        "Experience",
        long=True,
    ),
)

OPINIONS: tuple[Asked, ...] = (
    Asked(
        words(
            "单位意见|推荐单位意见|学校意见|院系意见|审批意见|审核意见|主管部门意见|导师意见|班主任意见|"
            "领导意见|部门意见|人事部门意见|专家组意见|街道办事处意见|社区意见|村委会意见|所在单位意见|"
            "学院审核意见|上级主管部门审批意见|教育局意见|财务部门意见|县级审核意见|市级审批意见|"
            "受理意见|评审意见|复核意见|考核结果|分管领导意见|总经理意见|用人部门意见|资格审查意见|"
            "处理意见|审查意见|鉴定意见|家长意见"
        ),
        _opinion,
        (),
        (),
        "Opinion",
    ),
)

SHORT = _PEOPLE_AND_THINGS
CHOICES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (label, tuple(options.split()))
    for label, options in (
        ("性别", "男 女"),
        ("婚姻状况", "未婚 已婚 离异 丧偶"),
        ("证件类型", "身份证 护照 军官证 其他"),
        ("申请类型", "首次申请 变更 延续 补办"),
        ("单位性质", "国有企业 民营企业 外资企业 事业单位 其他"),
        ("是否党员", "是 否"),
        ("是否住校", "是 否"),
        ("是否有工作经验", "有 无"),
        ("学历", "高中及以下 大专 本科 硕士 博士"),
        ("报名方式", "网上 现场 邮寄"),
        ("住房情况", "自有 租赁 单位宿舍 其他"),
        ("付款方式", "现金 转账 支票"),
        ("是否同意调剂", "同意 不同意"),
        ("业务类型", "开户 变更 销户 挂失"),
        ("有无犯罪记录", "有 无"),
        ("健康状况", "良好 一般 较差"),
        ("语言能力", "英语 日语 法语 德语 其他"),
        ("技术水平", "国际领先 国际先进 国内领先 国内先进"),
        ("发票类型", "普通发票 专用发票"),
        ("档案保管期限", "永久 30年 10年"),
        ("领取方式", "自取 快递 代领"),
        ("货币", "人民币 美元 欧元 港元"),
        ("行业类别", "制造业 建筑业 金融业 教育 信息技术 服务业"),
        ("年收入", "5万元以下 5-10万元 10-20万元 20万元以上"),
        ("您是否曾被拒签？", "是 否"),
        ("过去一年内是否出国？", "是 否"),
        ("您如何得知本项目", "网站 朋友推荐 报纸 其他"),
        ("考核等级", "优秀 合格 基本合格 不合格"),
        ("参加保险", "养老 医疗 失业 工伤 生育"),
        ("项目类别", "重点项目 一般项目 青年项目"),
        ("密级", "公开 内部 秘密 机密"),
        ("企业规模", "大型 中型 小型 微型"),
        ("申请材料", "身份证复印件 学历证书复印件 照片 承诺书"),
        ("所需服务", "复印 摘抄 出具证明"),
    )
)
TITLES = words(
    "申请表|登记表|审批表|报名表|备案表|推荐表|申报书|申请书|考核表|信息表|履历表|情况调查表|"
    "确认表|评审表|鉴定表|变更表|验收表|任务书|委托书|声明书|汇总表|承诺书|计划表"
)
SECTIONS = words(
    "基本信息|基本情况|个人信息|申请人信息|单位信息|联系方式|教育背景|工作经历|家庭成员|"
    "家庭主要成员|项目情况|申请信息|账户信息|银行信息|审批信息|其他信息|经费预算|企业概况|"
    "受理情况|审核情况|主要社会关系|附件材料|声明|财务状况|人员情况|业绩情况|证件信息|"
    "紧急联系人信息"
)
NOTES = (
    "注：本表一式两份，请用黑色墨水笔填写，字迹清楚，不得涂改。",
    "填表说明：1.本表须如实填写；2.所附材料一律使用A4纸。",
    "说明：以上内容均为必填项，带*号的由工作人员填写。",
    "本人承诺以上所填内容真实有效，如有虚假，愿承担由此产生的一切法律责任。",
    "本人保证所提供的材料真实、准确、完整，并授权贵单位向有关部门核实。",
    "请仔细阅读以下条款后填写本表，填写前请准备好有关证件。",
    "备注：1.申请人应在规定时间内提交申请；2.逾期不予受理。",
    "（请在相应的方框内打勾，并附上证明材料的复印件）",
    "以下由工作人员填写",
    "（本表可复印）",
    "注意事项：请携带本人身份证原件及复印件到窗口办理。",
    "以上信息仅用于办理本项业务，未经本人同意不得向第三方提供。",
    "如需帮助，请拨打服务热线。本单位对所填信息予以保密。",
    "一、申请人应当具有完全民事行为能力，并对其行为承担责任。",
    "二、经批准后，应当在十五个工作日内办理有关手续，逾期视为放弃。",
    "第1页 共2页",
    "附件1",
)
ENGLISH_NOTES = (
    "Please complete this form in block letters and sign it.",
    "This form is free of charge. Please print clearly.",
    "I declare that the information given above is true and complete.",
    "For official use only",
    "Please read the terms and conditions before you sign.",
    "The applicant shall provide the original of each document.",
    "Please tick the boxes that apply to you and attach a copy.",
    "APPLICATION FORM",
    "REGISTRATION FORM OF STUDENTS",
    "CUSTOMER INFORMATION SHEET",
    "We will send the confirmation to your address within ten working days.",
)
SIGNATURES = words(
    "签字|签名|申请人签字|负责人签字|经办人（签字）|法定代表人（签字）|单位负责人（签章）|审核人|"
    "审批人|填表人签名|本人签名|承办人|复核人|经办人|负责人|导师签名|家长签字|单位（盖章）|"
    "领导签字|评审人签字"
)


def label_of(asked: Asked, rng: random.Random) -> str:
    """Return one of the many labels with which forms ask for the same."""
    draw = rng.random()
    if draw < 0.06:
        # Two questions in one: name and number, date and place.
        return (
            one_of(rng, asked.labels)
            + one_of(rng, ("及", "、", "/", "和", "或"))
            + one_of(rng, SHORT[rng.randrange(len(SHORT))].labels)
        )
    if asked.of_persons and draw < 0.3:
        return one_of(rng, WHOSE) + one_of(rng, asked.of_persons)
    if asked.of_things and draw < 0.55:
        return one_of(rng, SORTS) + one_of(rng, asked.of_things)
    return one_of(rng, asked.labels)


def dressed(label: str, rng: random.Random, english: str = "") -> str:
    """Return a label as it may be printed: starred, numbered, with a hint in brackets, in two languages, set wide."""
    draw = rng.random()
    if draw < 0.04:
        return f"*{label}"
    if draw < 0.08:
        return f"{rng.randint(1, 24)}{one_of(rng, ('.', '、', '. '))}{label}"
    if draw < 0.16:
        hint = one_of(
            rng,
            words(
                "必填|元|万元|盖章|签字|手机|请填写|中文|如有|可多选|人|平方米|大写|与身份证一致|公章|年月日|"
                "全称|单位：万元"
            ),
        )
        return f"{label}{one_of(rng, ('（', '('))}{hint}）"
    if draw < 0.22 and english:
        return one_of(rng, (f"{label}{english}", f"{label} {english}", f"{label}/{english}", f"{english}{label}"))
    if draw < 0.235:
        before = one_of(rng, words("请填写|是否有|何时|请注明|现|您的|其中：|何处|有无"))
        return f"{before}{label}{one_of(rng, ('', '', '？'))}"
    if draw < 0.3 and len(label) == 2:
        return f"{label[0]}{one_of(rng, ('　', '　　', ' '))}{label[1]}"
    return label
