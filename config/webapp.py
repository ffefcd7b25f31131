"""What makes the site an app on a phone: its manifest, and the script that serves pages without a network."""

import hashlib
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import shell

WORKER = shell.SCRIPTS_DIR / "service-worker.js"
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
PAPER, PINE = "#faf8f4", "#0b5a68"


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, as a browser lets a script look after no more than what lies below its own address."""
    script, needed = WORKER.read_text(), [*shell.files()]
    version = hashlib.sha256(f"{script} {shell.digest()}".encode()).hexdigest()[:12]
    told = {"FILES": needed, "VERSION": version, "STATIC": settings.STATIC_URL}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(head + script, content_type="text/javascript; charset=utf-8", headers=headers)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """How a phone installs it: a name, an icon, where it begins."""
    icons = [
        {
            "src": static(f"icons/app-{size}{'' if purpose == 'any' else '-' + purpose}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS
    ]
    told = {
        "id": reverse("home"),
        "name": gettext("Sidelight, a side-effect diary"),
        "short_name": "Sidelight",
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": reverse("home"),
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PINE,
        "icons": icons,
        "shortcuts": [
            {"name": gettext("Check-in"), "url": reverse("patient:check_in")},
            {"name": gettext("Get help now"), "url": reverse("patient:emergency")},
        ],
    }
    headers = {"Cache-Control": "no-cache"}
    return JsonResponse(told, content_type="application/manifest+json", headers=headers)


@login_not_required
@require_safe
@never_cache
def no_network(request: HttpRequest) -> HttpResponse:
    """What a phone shows in place of a page that it cannot fetch."""
    return render(request, "no_network.html")


@login_not_required
@require_safe
@never_cache
def help_for_anybody(request: HttpRequest) -> HttpResponse:
    """Whom to call, for a phone that keeps nothing of the person who holds it."""
    return render(request, "tracker/patient/emergency.html")
