"""Small makers for tests of preservation: an archives, files with content that shrinks or does not, stores to spoil."""

import io
import random
from pathlib import Path
from uuid import UUID

from django.conf import settings

from lantai.identity.models import Unit
from lantai.identity.rules.tree import path_of
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.ids import new_id
from lantai.preservation.models import ComputerFile
from lantai.preservation.selectors.installation import file_path
from lantai.preservation.services import store_file

SYSTEM: Actor = system_actor("tests")


def make_archives(name: str = "市档案馆") -> Unit:
    """Return a new archives institution that stands by itself."""
    unit_id = new_id()
    return Unit.objects.create(
        id=unit_id, path=path_of(unit_id, "/"), kind="archives", name_zh=name, code=unit_id.hex[-8:]
    )


def noise(size: int, seed: int = 1) -> bytes:
    """Return bytes that no compression shrinks, like a scan."""
    return random.Random(seed).randbytes(size)


def text(size: int) -> bytes:
    """Return bytes that compression shrinks well."""
    return ("档案馆藏目录第一号 " * (size // 28 + 1)).encode()[:size]


def make_file(archives_id: UUID, content: bytes, *, level: int = 0, name: str = "页.jpg") -> ComputerFile:
    """Return `content` stored for an archives."""
    return store_file(actor=SYSTEM, source=io.BytesIO(content), name=name, archives_id=archives_id, level=level)


def stored_path(file: ComputerFile, store: str = "store-a") -> Path:
    """Return where a file lies in one of the stores."""
    folder = next(folder for folder in settings.LANTAI_STORES if folder.name == store)
    return Path(folder) / file_path(file.id)


def files_in(store: Path) -> list[Path]:
    """Return every file in a store's folder, drafts too."""
    return sorted(path for path in store.rglob("*") if path.is_file())
