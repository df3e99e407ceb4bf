"""`lantai read` reads a file without any database."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from lantai.recognition.rules.alto import read_alto
from tests.factories.recognition import as_file, make_pdf, make_picture

pytestmark = pytest.mark.slow


def read(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PYTEST")},
        "PYTHONPATH": os.pathsep.join(sys.path),
        "LANTAI_HOME": str(home),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    }
    command = [sys.executable, "-m", "config.cli", "read", *arguments, "--json"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_a_picture_is_read_and_written_as_alto(tmp_path: Path) -> None:
    (tmp_path / "页.png").write_bytes(as_file(make_picture()).getvalue())
    done = read(str(tmp_path / "页.png"), "--alto", str(tmp_path / "页.xml"), home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert "云政发" in result["text"]
    assert {"text", "box_px", "confidence"} <= set(result["lines"][0])
    assert abs(result["angle_degrees"]) < 0.3
    assert read_alto((tmp_path / "页.xml").read_bytes()).text == result["text"]
    assert not (tmp_path / "home" / "postgres").exists()


def test_several_pages_come_as_pages(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(make_pdf("Archive notice", pages=2))
    result = json.loads(read(str(tmp_path / "x.pdf"), home=tmp_path).stdout)
    assert [page["text"] for page in result["pages"]] == ["Archive notice", "Archive notice"]


def test_a_scanned_pdf_is_read_in_the_pixels_of_its_page(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.fromarray(make_picture()).save(stream, "PDF", resolution=150)
    (tmp_path / "x.pdf").write_bytes(stream.getvalue())
    result = json.loads(read(str(tmp_path / "x.pdf"), home=tmp_path).stdout)
    assert "云政发" in result["text"]
    assert abs(result["width_px"] - 1240 / 150 * 200) < 3


def test_what_cannot_be_read_ends_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"")
    done = read(str(tmp_path / "x.png"), home=tmp_path)
    assert done.returncode == 1
    assert "documents.empty" in done.stdout + done.stderr
    assert read(str(tmp_path / "none.png"), home=tmp_path).returncode == 1
