from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = _("Diary")

    def ready(self) -> None:
        import tracker.team.emergencies.banner  # noqa: F401 -- hears who signs in
