"""When compressing pays: measured on a sample of the file itself, whatever its name says."""

SAMPLE_BYTES = 1 << 20
LEVEL = 3
LEAST_SAVING_PERCENT = 5


def pays(sample_bytes: int, packed_bytes: int) -> bool:
    """Tell whether a sample that shrank from `sample_bytes` to `packed_bytes` makes the file worth compressing."""
    return sample_bytes > 0 and packed_bytes * 100 <= sample_bytes * (100 - LEAST_SAVING_PERCENT)
