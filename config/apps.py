from django.apps import AppConfig


class SidelightConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.database.migrating import quicken

        quicken()
