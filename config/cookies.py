"""The cookie that Django gives no setting for the name of."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class InOurCookie(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class Messages(FallbackStorage):
    """What a page says once, in a cookie; what is too long for one, in the session."""

    storage_classes = (InOurCookie, SessionStorage)
