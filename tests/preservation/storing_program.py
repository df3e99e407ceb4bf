"""A program that stores files until it is killed, and says each digest once it has been acknowledged. Not a test.

Arguments: database name, home, id of the archives, seed.
"""

import io
import random
import sys
from pathlib import Path
from uuid import UUID


def main(database: str, home: Path, archives_id: UUID, seed: int) -> None:
    import django

    import config.settings as settings

    settings.DATABASES["default"]["NAME"] = database
    settings.HOME = home
    settings.LANTAI_STORES = (home / "store-a", home / "store-b")
    django.setup()
    from lantai.kernel.actors import system_actor
    from lantai.preservation.services import store_file, store_files

    chance, actor = random.Random(seed), system_actor("tests")
    folder = home / f"source-{seed}"
    folder.mkdir()
    _say("ready")
    for turn in range(100_000):
        sources = []
        for number in range(chance.randrange(1, 300)):
            path = folder / f"{turn}-{number}.jpg"
            path.write_bytes(chance.randbytes(chance.randrange(0, 9_000)))
            sources.append((path.name, path))
        for file in store_files(actor=actor, archives_id=archives_id, level=0, sources=sources):
            _say(file.digest)
        large = io.BytesIO(chance.randbytes(5 << 20))
        _say(store_file(actor=actor, source=large, name="l.tif", archives_id=archives_id).digest)


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), UUID(sys.argv[3]), int(sys.argv[4]))
