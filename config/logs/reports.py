"""What Django's reports of an error hold: types and places; with DEBUG, never in production, all of it."""

from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from config.logs.failures import failures


class HidesEverything(SafeExceptionReporterFilter):
    """For whatever else makes a report: no form, no cookie, no header, no setting, no variable."""

    def get_post_parameters(self, request: Any) -> Any:
        return super().get_post_parameters(request) if settings.DEBUG else {}

    def get_cleansed_multivaluedict(self, request: Any, multivaluedict: Any) -> Any:
        return super().get_cleansed_multivaluedict(request, multivaluedict) if settings.DEBUG else {}

    def get_safe_settings(self) -> dict[str, Any]:
        return super().get_safe_settings() if settings.DEBUG else {}

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        return super().get_safe_request_meta(request) if settings.DEBUG else {}

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        return super().get_safe_cookies(request) if settings.DEBUG else {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return super().get_traceback_frame_variables(request, tb_frame) if settings.DEBUG else []


class Scrubbed(ExceptionReporter):
    """Whoever asks for a report, as text or as a page, gets what the log has."""

    def get_traceback_text(self) -> SafeString:
        return super().get_traceback_text() if settings.DEBUG else self._told()

    def get_traceback_html(self) -> SafeString:
        return super().get_traceback_html() if settings.DEBUG else SafeString()

    def _told(self) -> SafeString:
        return SafeString("\n".join(map(str, failures(self.exc_value))) if self.exc_value else "")
