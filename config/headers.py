"""What every answer tells the browser to refuse, whatever page or error it is.

docs/decisions/0038-hardening.md says why each is as it is; tests/safety/test_headers.py holds the whole list.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP

REPORTS = "/browser-reports/"
"""Where browsers tell what they refused; config.browser_reports answers. Written out, as settings need it."""
GROUP = "csp"

POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    # Only what our templates name: a script that somebody slipped into a page has no nonce. What a script
    # imports passes by the nonce of who imports it, so that no origin has to be allowed at all.
    "script-src": [CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # data: for the code that an app takes a picture of
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["sidelight", "sidelight-admin", "default"],
    "report-uri": [REPORTS],
    "report-to": [GROUP],
}
"""Of pages. Where a page uses no script the directive goes, and `default-src` forbids them."""

POLICY_OF_FILES = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of what is no page: files, redirects by the server, answers without a body."""

_ALLOWED = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get", "autoplay")
"""The hand-over's text, passkeys, and the board's sound."""
_DENIED = (
    *("accelerometer", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb"),
    *("window-management", "xr-spatial-tracking"),
)
PERMISSIONS = ", ".join([*(f"{name}=(self)" for name in _ALLOWED), *(f"{name}=()" for name in _DENIED)])

ALWAYS = {
    "Content-Security-Policy": POLICY_OF_FILES,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": f'{GROUP}="{REPORTS}"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""But where a view has said otherwise."""

OF_FILES = (
    *("Content-Security-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "X-Robots-Tag"),
)
"""All that means anything of a file. A first visit fetches thirty, and pays for each line of each."""

CLEARED = '"cache"'
"""When a session ends. Not "storage": reports that wait to be sent lie there. Not "cookies": browsers take
them from every site of the hospital's domain."""


class SafetyHeaders:
    """Outermost but for the request's name, so that files, redirects and errors carry them too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name in OF_FILES if _is_file(request, response) else ALWAYS:
            response.headers.setdefault(name, ALWAYS[name])
        if _ends_a_session(response):
            response.headers["Clear-Site-Data"] = CLEARED
        return response


def _is_file(request: HttpRequest, response: HttpResponse) -> bool:
    """WhiteNoise has answered: who asks for a file that is not there gets a page, with a page's policy."""
    is_page = response.has_header("Content-Security-Policy")
    return request.path.startswith(settings.STATIC_URL) and not is_page


def _ends_a_session(response: HttpResponse) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie["max-age"] == 0
