"""Static files under names that carry their digest, so that a browser may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """As WhiteNoise's, but a name that was not collected falls back to itself (tests, first start)."""

    manifest_strict = False
