from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = _("Diary")

    def ready(self) -> None:
        import tracker.team.emergencies.banner  # noqa: F401 -- hears who signs in
        from tracker.walls.laying import after_migration, before_migration

        pre_migrate.connect(before_migration, sender=self, dispatch_uid="tracker.walls")
        post_migrate.connect(after_migration, sender=self, dispatch_uid="tracker.walls")
