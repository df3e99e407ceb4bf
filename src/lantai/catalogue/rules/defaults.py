"""What the standards set before an archives adds its own: categories, retention periods, templates, arrangements."""

from dataclasses import dataclass

from lantai.catalogue.rules import codes


@dataclass(frozen=True, slots=True)
class CategoryDefault:
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class RetentionDefault:
    code: str
    name_zh: str
    name_en: str
    years: int | None = None
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class TemplateDefault:
    code: str
    name_zh: str
    name_en: str
    forms: codes.Forms


@dataclass(frozen=True, slots=True)
class ClassificationDefault:
    code: str
    name_zh: str
    name_en: str
    steps: tuple[str, ...]


CATEGORIES = (
    CategoryDefault("WS", "文书档案", "Administrative records"),
    CategoryDefault("KJ", "科技档案", "Scientific and technical records"),
    CategoryDefault("KJ·KY", "科研档案", "Research records"),
    CategoryDefault("KJ·SB", "设备档案", "Equipment records"),
    CategoryDefault("KJ·JJ", "建设项目档案", "Construction project records"),
    CategoryDefault("RS", "人事档案", "Personnel records"),
    CategoryDefault("KU", "会计档案", "Accounting records"),
    CategoryDefault("ZY", "专业档案", "Records of special business"),
    CategoryDefault("ZP", "照片档案", "Photographs"),
    CategoryDefault("LY", "录音档案", "Sound recordings"),
    CategoryDefault("LX", "录像档案", "Video recordings"),
    CategoryDefault("SJ", "业务数据档案", "Business data"),
    CategoryDefault("YJ", "公务电子邮件档案", "Official e-mail"),
    CategoryDefault("WY", "网页信息档案", "Web pages"),
    CategoryDefault("MT", "社交媒体档案", "Social media"),
    CategoryDefault("SW", "实物档案", "Objects"),
)
"""Source: DA/T 13-2022, codes of archival categories 档案门类代码."""

RETENTION_PERIODS = (
    RetentionDefault("Y", "永久", "Permanent"),
    RetentionDefault("D30", "30年", "30 years", 30),
    RetentionDefault("D10", "10年", "10 years", 10),
    RetentionDefault("C", "长期", "Long term", legacy=True),
    RetentionDefault("D", "短期", "Short term", legacy=True),
)
"""Source: order no. 8 of the State Archives Administration (2006); the last two are of the rule before it."""

TEMPLATES = (
    TemplateDefault("dat13-2022", "DA/T 13-2022 档号", "Reference codes of DA/T 13-2022", codes.DAT13_2022),
    TemplateDefault(
        "dat22-2015", "DA/T 22-2015 归档文件档号", "Codes of filed documents of DA/T 22-2015", codes.DAT22_2015
    ),
    TemplateDefault(
        "dat13-1994", "全宗号-目录号-案卷号-件号", "Fonds, catalogue, file and item number", codes.DAT13_1994
    ),
)

CLASSIFICATIONS = (
    ClassificationDefault("category-year", "门类—年度", "Category, then year", ("category", "year")),
    ClassificationDefault(
        "category-year-retention",
        "门类—年度—保管期限",
        "Category, year, then retention",
        ("category", "year", "retention"),
    ),
)
"""Source: DA/T 22-2015 clause 6.2 names the orders an archives may choose from."""
