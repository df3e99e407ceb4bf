"""The command line: one module in config.commands for each verb; JSON alone on standard output with --json.

Exit status: 0 done, 1 error, 2 usage, 3 faults found.
"""

import argparse
import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from lantai.kernel.errors import ArchiveError

DONE, ERROR, USAGE, FAULTS = 0, 1, 2, 3


def verbs() -> list[str]:
    """Return the verbs there are, in the order of the alphabet."""
    import config.commands

    return sorted(m.name for m in pkgutil.iter_modules(config.commands.__path__))


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"config.commands.{verb}")


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """Return the parser; only the chosen verb's module is loaded, so that one verb starts fast."""
    parser = argparse.ArgumentParser(prog="lantai", description="Lantai 兰台: an electronic-archives platform")
    commands = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in verbs():
        if chosen in (None, verb):
            module = _module(verb)
            summary = (module.__doc__ or "").strip().splitlines()[0]
            command = commands.add_parser(verb, help=summary, description=module.__doc__)
            command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
            module.add_arguments(command)
    return parser


def prepare_django(*, database: bool) -> None:
    """Set Django up for a command; with `database`, start the embedded server first if it is ours."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if database:
        from config.database import prepare
        from config.environment import ENVIRONMENT

        prepare(ENVIRONMENT)
    import django

    django.setup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit status. A module says NEEDS_DATABASE = False where it needs none."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = next((w for w in words if not w.startswith("-")), None)
    options = _parser(chosen if chosen in verbs() else None).parse_args(words)
    module = _module(options.verb)
    try:
        if getattr(module, "NEEDS_DJANGO", True):
            prepare_django(database=getattr(module, "NEEDS_DATABASE", True))
        result = module.run(options)
    except ArchiveError as error:
        return _refused(options, error)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)  # noqa: T201
        return ERROR
    except BrokenPipeError:
        return ERROR
    status = int(result.pop("exit", DONE)) if isinstance(result, dict) else DONE
    _print_result(result, as_json=options.json)
    return status


def _refused(options: argparse.Namespace, error: ArchiveError) -> int:
    words = _told(error)
    if options.json:
        print(json.dumps({"error": {"code": error.code, "message": words}}, ensure_ascii=False))  # noqa: T201
    print(f"lantai: {words}", file=sys.stderr)  # noqa: T201
    return ERROR


def _told(error: ArchiveError) -> str:
    """Return the error in the language of the terminal, once Django is there to translate."""
    from django.apps import apps

    if not apps.ready:
        return str(error)
    from django.utils import translation

    from config.middleware import told

    language = "zh-hans" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh") else "en"
    with translation.override(language):
        return told(error)


def _print_result(result: Any, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))  # noqa: T201
        return
    if isinstance(result, dict):
        if result:
            width = max(len(str(k)) for k in result)
            for key, value in result.items():
                shown = (
                    value
                    if isinstance(value, str | int | float | bool) or value is None
                    else json.dumps(value, ensure_ascii=False, default=str)
                )
                print(f"{key:<{width}}  {shown}")  # noqa: T201
    elif result is not None:
        for row in result:
            print("  ".join(str(v) for v in row.values()) if isinstance(row, dict) else row)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
