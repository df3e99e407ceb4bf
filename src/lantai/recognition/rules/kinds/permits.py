"""Permits of construction projects: siting, land use, planning, construction, completion (住房和城乡建设部 forms)."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import (
    read_body,
    read_date,
    read_number,
    read_project_code,
    read_sum,
    read_uscc,
)

_PROJECT = (
    Asked("project_name", ("(?:建设)?项目名称", "(?:建设)?工程名称", "项目全称")),
    Asked("project_code", ("项目代码", "(?:国家)?(?:投资)?项目统一代码", "项目编码"), read_project_code),
    Asked("builder", ("建设单位(?:名称)?(?:[(]个人[)])?", "用地单位", "申请单位", "建设单位[(]个人[)]")),
    Asked("uscc", ("统一社会信用代码", "信用代码", "组织机构代码"), read_uscc),
    Asked(
        "site",
        (
            "建设位置",
            "建设地址",
            "工程地[点址]",
            "用地位置",
            "(?:建设)?项目(?:拟选)?位置",
            "建设地点",
            "项目地址",
            "建设项目拟选位置",
        ),
    ),
    Asked("land_use", ("用地性质", "土地用途", "工程用途", "使用性质", "建设项目用途")),
    Asked("land_area", ("(?:拟)?用地面积", "土地(?:使用)?面积")),
    Asked("building_scale", ("(?:拟)?建设规模", "建筑(?:总)?面积", "总建筑面积", "建设内容及规模")),
    Asked("designer", ("设计单位",)),
    Asked("surveyor", ("勘察单位",)),
    Asked("contractor", ("施工(?:总承包)?单位",)),
    Asked("supervisor", ("监理单位",)),
    Asked("amount", ("合同价[格款]", "工程造价", "合同金额", "总投资"), read_sum),
    Asked("author", ("(?:发证|核发|审批|备案)(?:机关|单位)",), read_body),
    Asked("dated_on", ("日期", "(?:发证|核发|签发|备案)(?:日期|机关)", "(?:备案|审批)机关意见"), read_date, 0.95),
)
_WORDS = words(
    "建设项目名称 项目名称 工程名称 项目代码 建设单位 建设单位名称 建设单位(个人) 统一社会信用代码 "
    "建设位置 建设地址 工程地点 工程地址 用地位置 建设项目拟选位置 用地性质 土地用途 工程用途 用地面积 "
    "拟用地面积 建设规模 拟建设规模 建筑面积 总建筑面积 设计单位 勘察单位 施工单位 监理单位 合同价格 "
    "工程造价 合同工期 发证机关 备案机关 日期 发证日期 附图及附件名称 结构类型 开工日期 竣工日期 备案编号 "
    "编号 用地规划许可证 工程规划许可证 工程规划许可证号 施工许可证号 选址意见书编号"
)

SITING = Kind("siting_permit", r"选址意见书|用地预审", _PROJECT, words=_WORDS)
LAND = Kind("land_permit", r"用地规划许可证", _PROJECT, words=_WORDS)
PLANNING = Kind("planning_permit", r"工程规划许可证", _PROJECT, words=_WORDS)
BUILDING = Kind(
    "building_permit",
    r"施工许可证",
    (*_PROJECT, Asked("document_number", ("编号", "施工许可证编号"), read_number)),
    words=_WORDS,
)
COMPLETION = Kind(
    "completion_record",
    r"竣工验收(?:备案)?|验收合格证",
    (*_PROJECT, Asked("document_number", ("备案编号", "编号"), read_number)),
    words=_WORDS,
)
KINDS = (SITING, LAND, PLANNING, BUILDING, COMPLETION)
