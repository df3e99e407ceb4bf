"""What a IIIF request asks for: the parameters of Image API 3.0, level 2."""

import pytest

from lantai.kernel.errors import InvalidError
from lantai.viewing.rules.iiif import image_info, parse, scale_factors


def asked(region: str = "full", size: str = "max", rotation: str = "0", quality: str = "default", form: str = "jpg"):  # type: ignore[no-untyped-def]
    return parse(region, size, rotation, quality, form, width=1000, height=2000)


@pytest.mark.parametrize(
    ("region", "size", "box", "out"),
    [
        ("full", "max", (0, 0, 1000, 2000), (1000, 2000)),
        ("square", "max", (0, 500, 1000, 1000), (1000, 1000)),
        ("100,200,300,400", "max", (100, 200, 300, 400), (300, 400)),
        ("900,1900,500,500", "max", (900, 1900, 100, 100), (100, 100)),
        ("pct:10,10,50,25", "max", (100, 200, 500, 500), (500, 500)),
        ("full", "500,", (0, 0, 1000, 2000), (500, 1000)),
        ("full", ",500", (0, 0, 1000, 2000), (250, 500)),
        ("full", "pct:10", (0, 0, 1000, 2000), (100, 200)),
        ("full", "300,300", (0, 0, 1000, 2000), (300, 300)),
        ("full", "!300,300", (0, 0, 1000, 2000), (150, 300)),
        ("0,0,100,100", "!300,300", (0, 0, 100, 100), (100, 100)),
    ],
)
def test_regions_and_sizes(region: str, size: str, box: tuple[int, ...], out: tuple[int, int]) -> None:
    found = asked(region, size)
    assert (found.left, found.top, found.width, found.height) == box
    assert (found.out_width, found.out_height) == out


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "1,2,3"}, {"region": "1000,0,10,10"}, {"region": "0,0,0,10"}, {"region": "pct:0,0,x,1"}, {"region": "a" * 500},
        {"size": "full"}, {"size": "2000,"}, {"size": "^max"}, {"size": "^2000,"}, {"size": "pct:200"}, {"size": "0,0"}, {"size": ","},
        {"size": "!5,"}, {"rotation": "45"}, {"rotation": "x"}, {"rotation": "-90"}, {"quality": "best"}, {"form": "tif"},
    ],
)  # fmt: skip
def test_what_no_picture_has_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidError):
        asked(**wrong)


def test_info_offers_scales_down_to_one_tile() -> None:
    assert scale_factors(500, 400) == [1]
    assert scale_factors(2480, 3508) == [1, 2, 4, 8]
    info = image_info("https://x/iiif/image/1", 2480, 3508)
    assert info["profile"] == "level2"
    assert info["sizes"][-1] == {"width": 2480, "height": 3508}  # type: ignore[index]
