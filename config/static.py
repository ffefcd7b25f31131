"""Files that browsers fetch: each under a name that changes with what is in it, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """A module that imports another finds it by its hashed name too."""

    support_js_module_import_aggregation = True
