"""Units, accounts, the roles and levels they hold, and their sittings."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lantai.identity.rules import roles, tree
from lantai.kernel.clock import now
from lantai.kernel.ids import new_id


class UnitKind(models.TextChoices):
    """What a unit is; the words on the screen."""

    CITY = tree.Kind.CITY.value, _("City")
    DISTRICT = tree.Kind.DISTRICT.value, _("District")
    TOWNSHIP = tree.Kind.TOWNSHIP.value, _("Township")
    AUTHORITY = tree.Kind.AUTHORITY.value, _("Archives authority")
    ARCHIVES = tree.Kind.ARCHIVES.value, _("Archives institution")
    ARCHIVE_ROOM = tree.Kind.ARCHIVE_ROOM.value, _("Archive room")
    DEPARTMENT = tree.Kind.DEPARTMENT.value, _("Department")
    ENTERPRISE = tree.Kind.ENTERPRISE.value, _("Enterprise")
    TEMPORARY = tree.Kind.TEMPORARY.value, _("Temporary body")


class RoleName(models.TextChoices):
    """The roles; the words on the screen."""

    APPLICANT = roles.Role.APPLICANT.value, _("Applicant")
    HANDLER = roles.Role.HANDLER.value, _("Handler")
    REVIEWER = roles.Role.REVIEWER.value, _("Reviewer")
    APPROVER = roles.Role.APPROVER.value, _("Approver")
    ARCHIVIST = roles.Role.ARCHIVIST.value, _("Archivist")
    LIAISON = roles.Role.LIAISON.value, _("Liaison")
    WITNESS = roles.Role.WITNESS.value, _("Destruction witness")
    SUPERVISOR = roles.Role.SUPERVISOR.value, _("Supervisor")
    SYSADMIN = roles.Role.SYSADMIN.value, _("System administrator")
    SECADMIN = roles.Role.SECADMIN.value, _("Security administrator")
    AUDITOR = roles.Role.AUDITOR.value, _("Audit administrator")


class Unit(models.Model):
    """A body or region in the tree; everything that belongs to somebody belongs to a unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=240, unique=True)
    kind = models.CharField(max_length=16, choices=UnitKind.choices)
    code = models.CharField(max_length=32, blank=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    until = models.DateField(null=True, blank=True)
    archives = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="served_units")
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("code", "id")
        indexes = [
            models.Index(OpClass("path", "text_pattern_ops"), name="unit_below_path"),
            models.Index(fields=["parent", "code", "id"], name="unit_children"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc="") & Q(closed_at=None), name="unit_uscc_once"),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(uscc__regex=r"^[0-9A-HJ-NP-RTUW-Y]{18}$"), name="unit_uscc_form"
            ),
            models.CheckConstraint(
                condition=Q(kind=UnitKind.TEMPORARY, until__isnull=False)
                | (~Q(kind=UnitKind.TEMPORARY) & Q(until=None)),
                name="unit_temporary_ends",
            ),
            models.CheckConstraint(
                condition=~Q(kind=UnitKind.ENTERPRISE) | ~Q(uscc=""), name="unit_enterprise_has_uscc"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def depth(self) -> int:
        """How many units stand above this one."""
        return self.path.count("/") - 2


class AccessLevel(models.Model):
    """How sensitive a record is (访问级别); an account sees records up to its own. State secrets are never held."""

    level = models.PositiveSmallIntegerField(primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)

    class Meta:
        ordering = ("level",)

    def __str__(self) -> str:
        return self.name_zh


class AccountRows(BaseUserManager["Account"]):
    """What Django's sign-in machinery asks of an account model."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login=username)


class Account(AbstractBaseUser):
    """One person's way in. There is no super-user: all rights come from grants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    staff_code = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts")
    level = models.PositiveSmallIntegerField(default=0)
    must_change_password = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(default=now)
    session_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    objects: ClassVar[AccountRows] = AccountRows()

    class Meta:
        ordering = ("login",)
        constraints = [
            models.UniqueConstraint(fields=["staff_code"], condition=~Q(staff_code=""), name="account_one_per_person"),
            models.CheckConstraint(condition=Q(login__regex=r"^[a-z0-9][a-z0-9._-]{1,63}$"), name="account_login_form"),
        ]

    def __str__(self) -> str:
        return self.login

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Tell whether the account may sign in at all; Django asks this on every request."""
        return self.deactivated_at is None

    @property
    def is_staff(self) -> bool:
        return False

    @property
    def is_superuser(self) -> bool:
        """False: no account stands above the rules."""
        return False

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Return what a session must still match: a new password or a new `session_version` ends every session."""
        seal = f"{self.password}:{self.session_version}"
        return salted_hmac("lantai.identity.session", seal, secret=secret, algorithm="sha256").hexdigest()


class RoleGrant(models.Model):
    """A role held at a unit and, by inheritance, everywhere below it, until it ends or is withdrawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=RoleName.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    until = models.DateField(null=True, blank=True)
    granted_at = models.DateTimeField(default=now)
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("granted_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "unit"], condition=Q(withdrawn_at=None), name="grant_once"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(withdrawn_at=None, role__in=sorted(role.value for role in roles.ADMINISTRATORS)),
                name="grant_one_administrator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.unit_id}"


class UsedPassword(models.Model):
    """A hash of a former password, so that it is not taken again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="used_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["account", "-set_at"], name="used_password_newest")]

    def __str__(self) -> str:
        return str(self.id)


class Sitting(models.Model):
    """One signed-in session of an account, from sign-in to sign-out or expiry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sittings")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return str(self.id)


class SignInGuard(models.Model):
    """Failed sign-ins under one keyed digest of a login or of an address; the words themselves are not kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    first_failed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=now)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["first_failed_at"], name="guard_oldest")]

    def __str__(self) -> str:
        return str(self.id)
