"""Where a team's webhook may lead: to what whoever runs the site has named in WEBHOOKS_TO, and to ourselves.

Admins write these addresses, and from our machine a hospital's inner ones can be reached.
"""

from urllib.parse import unquote

from django.conf import settings


def may_be_told(url: str) -> bool:
    """By scheme, host, port and how the path begins. None, in the demonstration and in tests: everything."""
    if settings.WEBHOOKS_TO is None:
        return True
    named = [each.rstrip("/") + "/" for each in (*settings.WEBHOOKS_TO, settings.SITE_URL)]
    return (url.rstrip("/") + "/").startswith(tuple(named)) and ".." not in unquote(url)
