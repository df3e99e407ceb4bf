"""What a file says of one of its pages before a pixel is decoded: how it was scanned and packed."""

from dataclasses import dataclass

A4_LONG_INCH = 11.69
A4_RATIO = (1.33, 1.5)
# What cameras and editors write when they know nothing.
UNMEANT_DPI = (72, 96)
LIKELY_SIDE_PX = 1400


@dataclass(frozen=True, slots=True)
class PageSource:
    """`dpi`, `jpeg_quality`: 0 where unknown; `mode`: "bitonal", "grey", "colour" or "" where only the pixels tell;
    `picture_share`: the part of the page (0 to 1) that its largest picture covers."""

    format: str = ""
    dpi: int = 0
    mode: str = ""
    jpeg_quality: int = 0
    picture_share: float = 0.0
    missing_resources: int = 0


def dpi_that_counts(said: int, width_px: int, height_px: int) -> int:
    """Return the resolution of a scan: what the file says where that can be meant, else as if the page were A4; 0 if neither."""
    longer, shorter = max(width_px, height_px), max(min(width_px, height_px), 1)
    if said and not (said in UNMEANT_DPI and longer > LIKELY_SIDE_PX):
        return said
    if A4_RATIO[0] <= longer / shorter <= A4_RATIO[1]:
        return round(longer / A4_LONG_INCH)
    return 0


def jpeg_quality(luminance: list[int]) -> int:
    """Return the quality (1 to 100) whose standard table is nearest to the quantisation table `luminance`.

    The scale of the Independent JPEG Group: the table of ITU-T T.81 Annex K is quality 50. Cameras use tables of their
    own; then the answer is the quality of like loss.
    """
    if len(luminance) != 64:
        return 0
    # The smallest numbers: readers hand out the table in different orders, and large ones are cut off at 255.
    scale = 100 * sum(sorted(luminance)[:SMALLEST]) / STANDARD_SUM
    if scale <= 1.8:
        return 100
    return max(1, min(100, round(5000 / scale if scale > 100 else (200 - scale) / 2)))


# Sum of the sixteen smallest numbers of the luminance table of ITU-T T.81 Annex K, table K.1.
SMALLEST, STANDARD_SUM = 16, 246
