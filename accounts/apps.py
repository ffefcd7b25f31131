from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        from accounts import sessions  # noqa: F401 -- it listens for who signs in
        from accounts.passwords import list_is_in_order

        register(list_is_in_order, Tags.security)
