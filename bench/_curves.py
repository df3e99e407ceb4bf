"""Draw the curves of a measurement: `python -m bench._curves FIGURES.json FOLDER` writes SVG files for docs/benchmarks.md."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, SIDE = 460, 400, 64, 44, 300
INKS = ("#2b5a83", "#a8321f", "#2f7055", "#8a5a00")
Points = Sequence[tuple[float, float]]


def chart(
    title: str, across: str, up: str, lines: Sequence[tuple[str, Points]], *,
    start: tuple[float, float] = (0.0, 0.0), diagonal: bool = False, goal: float | None = None,
) -> str:  # fmt: skip
    """Return a square chart of shares (0 to 1) from `start` to 1 on both axes, as SVG."""
    x0, y0 = start

    def place(x: float, y: float) -> tuple[float, float]:
        inside = min(max((x - x0) / (1 - x0), 0), 1), min(max((y - y0) / (1 - y0), 0), 1)
        return LEFT + SIDE * inside[0], TOP + SIDE * (1 - inside[1])

    height = HEIGHT + 16 * len(lines)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
            'font-size="12" role="img">'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="14" font-weight="600">{escape(title)}</text>',
    ]
    for step in range(6):
        x, y = x0 + (1 - x0) * step / 5, y0 + (1 - y0) * step / 5
        (px, _), (_, py) = place(x, y0), place(x0, y)
        parts.append(
            f'<path d="M{px:.1f} {TOP}V{TOP + SIDE}M{LEFT} {py:.1f}H{LEFT + SIDE}" stroke="#ddd" fill="none"/>'
        )
        parts.append(f'<text x="{px:.1f}" y="{TOP + SIDE + 16}" text-anchor="middle">{100 * x:.3g}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{py + 4:.1f}" text-anchor="end">{100 * y:.3g}</text>')
    if diagonal:
        parts.append(_path([place(max(x0, y0), max(x0, y0)), place(1, 1)], "#888", dashed=True))
    if goal is not None:
        parts.append(_path([place(x0, goal), place(1, goal)], "#888", dashed=True))
    for number, (name, points) in enumerate(lines):
        ink = INKS[number % len(INKS)]
        placed = [place(x, y) for x, y in points]
        parts.append(_path(placed, ink))
        if len(placed) <= 30:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ink}"/>' for x, y in placed]
        y = TOP + SIDE + 50 + 16 * number
        parts.append(f'<rect x="{LEFT}" y="{y - 8}" width="14" height="4" fill="{ink}"/>')
        parts.append(f'<text x="{LEFT + 20}" y="{y - 2}">{escape(name)}</text>')
    middle = TOP + SIDE / 2
    parts.append(f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 32}" text-anchor="middle">{escape(across)}</text>')
    parts.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _path(points: Points, ink: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{line}" stroke="{ink}" stroke-width="2" fill="none"{dashes}/>'


def charts(figures: dict[str, Any]) -> dict[str, str]:
    """Return the charts of a measurement of reading by file name."""
    found = {}
    bins = [step for step in figures.get("reliability", ()) if step["characters"] >= 50]
    if bins:
        found["reliability-of-characters.svg"] = chart(
            "Characters: said and right", "said to be sure (%)", "right (%)",
            [("characters, by bins of at least 50", [(step["said"], step["right"]) for step in bins])],
            start=(0.4, 0.4), diagonal=True,
        )  # fmt: skip
    sets = {
        name: one
        for name, one in figures.get("categories", {}).items()
        if isinstance(one, dict) and "reliability" in one
    }
    if sets:
        found["categories-reliability.svg"] = chart(
            "Categories: said and right", "said to be sure (%)", "right (%)",
            [(name, _pairs(one["reliability"], ("said", "right"))) for name, one in sets.items()],
            diagonal=True,
        )  # fmt: skip
        found["categories-coverage.svg"] = chart(
            "Categories: what would file itself",
            "share of the documents (%)", "right (%)",
            [(name, _pairs(one["precision_coverage"], ("coverage", "precision"))) for name, one in sets.items()],
            start=(0.0, 0.75), goal=0.95,
        )  # fmt: skip
    return found


def _pairs(steps: Sequence[Any], names: tuple[str, str]) -> Points:
    return [(step[names[0]], step[names[1]]) if isinstance(step, dict) else (step[0], step[1]) for step in steps]


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for name, drawing in charts(json.loads(Path(sys.argv[1]).read_text("utf-8"))).items():
        (target / name).write_text(drawing, "utf-8")
