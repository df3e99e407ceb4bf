"""Tell people and organisations in Chinese text by surnames, labels and the endings of offices."""

import re
from collections.abc import Iterator

_COMPOUND = "欧阳|司马|上官|诸葛|司徒|东方|独孤|南宫|夏侯|尉迟|皇甫|令狐|宇文|长孙|慕容|端木|呼延|公孙|轩辕|申屠"
_SINGLE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁"
    "葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁"
    "隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈"
    "姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏"
    "岑习胥保和蔺云布包额乌娜苏那塔"
)
NAME = rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SINGLE}][\u4e00-\u9fff]{{1,2}})"
_LABELS = (
    "签发人|会签人|拟稿人|经办人|联系人|审核人|审批人|核稿人|申请人|法定代表人|法人代表|项目负责人|技术负责人|负责人|经手人|承办人|"
    "主持人|记录人|姓名|户主|丈夫|妻子|男方|女方|父亲|母亲|持证人|当事人|委托代理人|代理人|监护人|投资人|股东"
)
_SPACED_NAME = re.compile(
    rf"(?:{_LABELS})(?:姓名)?[))]?[ \u3000]*[::]?[ \u3000]*({_COMPOUND}|[{_SINGLE}])[ \u3000]{{0,4}}"
    rf"([\u4e00-\u9fff](?:[ \u3000]{{0,2}}[\u4e00-\u9fff])?)"
    rf"(?![\u4e00-\u9fff])"
)
_NOT_NAMES = re.compile(r"[年月日号盖签章字表名称单位意见公市县区省局厅部处科室院校]")

_ENDINGS = (
    "人民政府办公厅|人民政府办公室|人民政府|委员会办公室|工作委员会|管理委员会|常务委员会|监督管理局|管理局|分局|档案局|档案馆|"
    "街道办事处|村民委员会|居民委员会|委员会|办公厅|办公室|领导小组|指挥部|公安局|税务局|人民法院|人民检察院|有限责任公司|股份有限公司|"
    "有限公司|集团公司|总公司|分公司|事务所|合作社|研究院|研究所|设计院|勘察院|图书馆|博物馆|出版社|大学|学院|中学|小学|幼儿园|医院|"
    "卫生院|银行|支行|工会|协会|学会|联合会|基金会|商会|中心|厅|局|署"
)
_ORGANISATION = re.compile(
    rf"[\u4e00-\u9fff·]{{2,30}}?(?:{_ENDINGS})(?![\u4e00-\u9fff]{{0,1}}(?:长|面|势|部分|限|促|心))"
)
# Words that lead up to an office in running text: whole words anywhere, single characters only in front, because
# 和, 经, 人 and the like stand inside names too (呼和浩特, 经济, 人民).
_LEAD_WORD = re.compile(
    r"^.*(?:根据|按照|关于|同意|以及|有关|转发|抄送|印发|贯彻|落实|通过|批准|名称|单位|机关|全称|做好|存|底片|报请|报经|征求|会同|委托|授权|主管|为)"
    r"(?=[\u4e00-\u9fff]{4})"
)
_LEAD_CHARACTER = re.compile(r"^[由经向与和及对在是为报将请送交给从到的了其各该我你被并至](?=[\u4e00-\u9fff]{4})")
_LEAD_BEFORE_PLACE = re.compile(r"^.*[前后报向由请送交到将把对为并](?=[省市县区州][\u4e00-\u9fff]{2})")
_TOO_GENERAL = re.compile(rf"^(?:{_ENDINGS}|[省市县区州旗镇乡].*|[市县区省]级.*|全.*|年.*|各.*|有关.*|相关.*)$")
_PLACE = re.compile(
    r"[省市县区州旗盟镇乡村]|中国|中华|国家|国务院|全国|[\u4e00-\u9fff]{2,}(?:有限|股份|集团|大学|学院|银行|医院)"
)


def is_name(text: str) -> bool:
    """Tell whether `text` looks like a person's name: a surname and one or two characters, or a name with dots."""
    return bool(re.fullmatch(NAME, text) or re.fullmatch(r"[\u4e00-\u9fff]{2,6}(?:·[\u4e00-\u9fff]{2,8})+", text))


def people_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) of people named behind a label such as 签发人 or 姓名."""
    for match in _SPACED_NAME.finditer(text):
        name = re.sub(r"\s", "", match.group(1) + match.group(2))
        if not _NOT_NAMES.search(name[1:]):
            yield name, match.start(1), match.end(2)


def organisations_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) of organisations: a run with a place or trade in it that ends as offices end."""
    for match in _ORGANISATION.finditer(text):
        start, name = match.start(), match.group()
        for pattern in (_LEAD_WORD, _LEAD_BEFORE_PLACE, _LEAD_CHARACTER, _LEAD_CHARACTER):
            lead = pattern.match(name)
            if lead:
                start, name = start + lead.end(), name[lead.end() :]
        if len(name) >= 4 and not _TOO_GENERAL.match(name) and _PLACE.search(name):
            yield name, start, match.end()


def ends_like_an_office(text: str) -> bool:
    """Tell whether `text` is, as a whole, the name of an office or body."""
    return bool(re.fullmatch(rf"[\u4e00-\u9fff()()·、 ]{{0,36}}(?:{_ENDINGS}|部|院|委|总队|支队|大队)", text))
