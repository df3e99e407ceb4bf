"""Static files under names that carry their digest, so that a browser may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """As WhiteNoise's, but a name that was not collected falls back to itself (tests, first start)."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the name with its digest, or as it is when the file was not collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
