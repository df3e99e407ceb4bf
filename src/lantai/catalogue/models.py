"""The rows of the catalogue; a fonds, file or item is described here, its bytes lie in preservation."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class Level(models.TextChoices):
    """Level of description 著录层级 below the fonds."""

    SERIES = "series", _("Series")
    FILE = "file", _("File")
    ITEM = "item", _("Item")


class Opening(models.TextChoices):
    """Opening state 开放标识 (DA/T 18-2022)."""

    NOT_REVIEWED = "not_reviewed", _("Not reviewed")
    OPEN = "open", _("Open")
    RESTRICTED = "restricted", _("Restricted")
    DEFERRED = "deferred", _("Deferred")
    MASKED = "masked", _("Open in a masked copy")


class PartRole(models.TextChoices):
    """What a computer file is to its record."""

    MAIN = "main", _("Main text")
    ATTACHMENT = "attachment", _("Attachment")
    DRAFT = "draft", _("Draft")
    FORM = "form", _("Processing form")
    TRANSLATION = "translation", _("Translation")
    DERIVED = "derived", _("Derived copy")


class MetadataScheme(models.Model):
    """A metadata scheme as data; `elements` is what `rules.metadata` reads. A published version never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    elements = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_scheme_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Category(models.Model):
    """An archival category 档案门类 such as WS, or a finer one such as KJ·JJ below it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    metadata_scheme = models.ForeignKey(
        MetadataScheme, null=True, blank=True, on_delete=models.PROTECT, related_name="categories"
    )

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code


class ClassificationScheme(models.Model):
    """The order in which an archives arranges its records 分类方案; `steps` names the columns of the tree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    steps = models.JSONField()

    def __str__(self) -> str:
        return self.code


class RetentionPeriod(models.Model):
    """One value of the retention schedule 保管期限; `years` is empty for permanent keeping."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=8, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    legacy = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code


class CodeTemplate(models.Model):
    """How reference codes 档号 are written under one standard; `rules.codes` reads `forms`. A version never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    forms = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_template_version")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Fonds(models.Model):
    """A fonds 全宗: the records of one fonds creator, kept by one archives."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    owner_unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    code_template = models.ForeignKey(CodeTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    classification = models.ForeignKey(
        ClassificationScheme, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    history = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "id"]
        constraints = [models.UniqueConstraint(fields=["archives", "code"], name="one_fonds_code_in_an_archives")]

    def __str__(self) -> str:
        return self.code


class CodeRule(models.Model):
    """Another template than the fonds' own, for the records of one category."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="code_rules")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(CodeTemplate, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fonds", "category"], name="one_code_rule_for_a_category")]

    def __str__(self) -> str:
        return f"{self.fonds_id} {self.category_id}"


class CodeRun(models.Model):
    """The running number behind one code prefix; its row is the lock under which numbers are given out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=160)
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["archives", "prefix"], name="one_run_for_a_prefix")]

    def __str__(self) -> str:
        return f"{self.prefix}{self.last_number}"


class Record(models.Model):
    """Any described unit below the fonds: series, file or item, in one table.

    `path` is the way from the root in ids ("/a/b/"). `access_level`, `opening` and `unit_path` hold what is in force;
    the `…_inherited` flags say that the value follows the parent. An issued `reference_code` is kept by a trigger.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="records", db_index=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    path = models.CharField(max_length=320)
    level = models.CharField(max_length=8, choices=Level.choices)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    reference_code = models.CharField(max_length=160, null=True, blank=True, default=None)
    code_prefix = models.CharField(max_length=160, blank=True, default="")
    code_number = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=1000)
    author = models.CharField(max_length=400, blank=True, default="")
    document_number = models.CharField(max_length=120, blank=True, default="")
    dated_on = models.DateField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    retention = models.CharField(max_length=8, default="Y")
    organisation = models.CharField(max_length=80, blank=True, default="")
    catalogue_number = models.CharField(max_length=20, blank=True, default="")
    opening = models.CharField(max_length=12, choices=Opening.choices, default=Opening.NOT_REVIEWED)
    opening_inherited = models.BooleanField(default=False)
    access_level = models.PositiveSmallIntegerField(default=0)
    access_level_inherited = models.BooleanField(default=False)
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit_path = models.CharField(max_length=240)
    unit_inherited = models.BooleanField(default=True)
    page_count = models.PositiveIntegerField(default=0)
    quarantined = models.BooleanField(default=False)
    quarantine_inherited = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["archives", "reference_code"], name="one_record_for_a_code"),
            models.CheckConstraint(condition=~Q(title=""), name="record_has_a_title"),
            models.CheckConstraint(condition=~Q(reference_code=""), name="code_is_null_or_text"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="record_is_not_its_parent"),
            models.CheckConstraint(
                condition=Q(quarantined=True) | Q(quarantine_inherited=False), name="inherited_quarantine_is_one"
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="record_level_known"),
            models.CheckConstraint(condition=Q(opening__in=Opening.values), name="record_opening_known"),
        ]
        indexes = [
            models.Index(
                fields=["fonds", "category", "year", "code_prefix", "code_number", "id"], name="record_arrangement"
            ),
            models.Index(fields=["parent", "code_prefix", "code_number", "id"], name="record_children"),
            models.Index(fields=["fonds", "code_prefix", "code_number", "id"], name="record_code_run"),
            models.Index(fields=["fonds", "quarantined", "opening", "access_level"], name="record_viewing"),
            models.Index(fields=["path"], name="record_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["unit", "unit_path"], name="record_unit"),
            models.Index(fields=["archives"], condition=Q(quarantined=True), name="record_quarantine"),
        ]

    def __str__(self) -> str:
        return self.reference_code or str(self.id)

    def get_absolute_url(self) -> str:
        """Return the address of the record's page at the desk."""
        return f"/desk/records/{self.id}/"


class RecordRevision(models.Model):
    """What one act changed in a record: a field maps to its old and new value. The ledger has digests only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=120)
    account_id = models.UUIDField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changes = models.JSONField()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="one_revision_for_a_version")]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class RecordPart(models.Model):
    """A computer file of a record, in its order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="parts", db_index=False)
    computer_file = models.ForeignKey("preservation.ComputerFile", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=PartRole.choices, default=PartRole.MAIN)
    order = models.PositiveIntegerField()
    name = models.CharField(max_length=400)
    media_type = models.CharField(max_length=120, blank=True)
    technical = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["record", "order"], name="one_part_at_a_place")]

    def __str__(self) -> str:
        return self.name


class Page(models.Model):
    """A page of a record: `number` counts through the record, `part_page` inside its computer file, both from 1."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="pages", db_index=False)
    part = models.ForeignKey(RecordPart, on_delete=models.PROTECT, related_name="pages", db_index=False)
    number = models.PositiveIntegerField()
    part_page = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    dpi = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="one_page_with_a_number"),
            models.UniqueConstraint(fields=["part", "part_page"], name="one_page_of_a_part"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(part_page__gte=1), name="pages_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} p{self.number}"


class Relation(models.Model):
    """A typed, directed tie between two records, read "`source` … `target`"."""

    class Kind(models.TextChoices):
        REPLIES_TO = "replies_to", _("replies to")
        FORWARDS = "forwards", _("forwards")
        REPLACES = "replaces", _("replaces")
        IMPLEMENTS = "implements", _("carries out")
        COPY_OF = "copy_of", _("is a copy of")
        SAME_MATTER = "same_matter", _("concerns the same matter as")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relations_out", db_index=False)
    target = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relations_in")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    note = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="one_relation_of_a_kind"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="relation_has_two_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Grant(models.Model):
    """The right of one account to view one record up to and on a day; `masked` gives the masked copy only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="grants")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    until_on = models.DateField()
    reason = models.CharField(max_length=400)
    granted_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    masked = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["account", "until_on"], condition=Q(revoked_at=None), name="grant_in_force")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.record_id} until {self.until_on}"


class OpeningReview(models.Model):
    """One decision of people on the opening of a record 开放审核."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="opening_reviews")
    outcome = models.CharField(max_length=12, choices=Opening.choices)
    basis = models.CharField(max_length=400)
    next_review_on = models.DateField(null=True, blank=True)
    decided_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=Opening.DEFERRED) | Q(next_review_on__isnull=False),
                name="deferred_opening_has_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.outcome}"


class Redaction(models.Model):
    """A place on a page to be hidden in the masked copy 遮盖: proposed by the machine or drawn by a person.

    Pixels are of the upright page. `hidden_text` is what stands there, as far as it was read, so that it can be taken out
    of texts too; it is erased when the place is dropped.
    """

    class Origin(models.TextChoices):
        MACHINE = "machine", _("Found by the machine")
        PERSON = "person", _("Drawn by a person")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("To be checked")
        CONFIRMED = "confirmed", _("Hidden")
        DROPPED = "dropped", _("Stays readable")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="redactions")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="redactions")
    left_px = models.PositiveIntegerField()
    top_px = models.PositiveIntegerField()
    right_px = models.PositiveIntegerField()
    bottom_px = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, blank=True)
    hidden_text = models.CharField(max_length=400, blank=True)
    sureness = models.FloatField(default=1.0)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_account = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(right_px__gt=F("left_px")) & Q(bottom_px__gt=F("top_px")), name="redaction_has_an_area"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_at__isnull=False), name="decided_redaction_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | Q(hidden_text=""), name="dropped_redaction_hides_no_text"
            ),
        ]
        indexes = [models.Index(fields=["page", "state"], name="redaction_of_page")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.kind} {self.state}"

    @property
    def box_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels of the upright page."""
        return self.left_px, self.top_px, self.right_px, self.bottom_px


class CheckedPage(models.Model):
    """A page whose masks a person has found complete: only such pages are in a masked copy.

    `turn_degrees` is how the page stood when it was checked; turned otherwise, its masks would lie elsewhere.
    `masked_text` is what of its text the masked copy says.
    """

    page = models.OneToOneField(Page, primary_key=True, on_delete=models.CASCADE, related_name="checked")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    turn_degrees = models.PositiveSmallIntegerField(default=0)
    masked_text = models.TextField(blank=True)
    checked_by = models.CharField(max_length=120)
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.page_id} checked"


class Defect(models.Model):
    """An entry in the register of defects 问题档案: what is wrong, who sees to it, how it was closed."""

    class Kind(models.TextChoices):
        MISSING_PAGES = "missing_pages", _("Pages missing")
        UNREADABLE = "unreadable", _("Image cannot be read")
        WRONG_DESCRIPTION = "wrong_description", _("Description wrong")
        WRONG_PLACE = "wrong_place", _("In the wrong place")
        CODE = "code", _("Reference code missing or doubled")
        DAMAGED_ORIGINAL = "damaged_original", _("Original damaged")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="defects")
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.CASCADE, related_name="defects")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    description = models.CharField(max_length=1000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_by = models.CharField(max_length=120)
    reported_at = models.DateTimeField()
    outcome = models.CharField(max_length=1000, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["fonds", "-id"], condition=Q(closed_at=None), name="defect_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="closed_defect_has_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.description[:40]}"
