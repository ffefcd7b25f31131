"""What the check-in weighs and how soon it can be used on a slow phone, against a demo that runs.

    python -m bench.phone http://127.0.0.1:8000

Bytes are those on the wire (gzip), of HTML, CSS and JavaScript; fonts and pictures stand apart. "Usable" is
the moment at which the first question can be answered by a tap. The network is slow 3G as Lighthouse has it
(400 ms round trip, 400 kbit/s), the processor is slowed down four times. PRESET=devtools takes the slower one
of Chromium's developer tools (2,000 ms a request). Run it on a quiet machine.
"""

import os
import sys
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

ROUNDS = 5
THROTTLE = 4
PRESETS = {"lighthouse": 400, "devtools": 2_000}  # milliseconds
BYTES_A_SECOND = 400_000 / 8
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JavaScript"}
USABLE = "form.check-in.stepped [data-answer]"
KEPT = "caches.match('/offline/version', {cacheName: 'sidelight-kept'}).then(Boolean)"


def main(base: str) -> None:
    latency = PRESETS[os.environ.get("PRESET", "lighthouse")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox", "--disable-gpu"]
        )
        rounds = [visits(browser, base, latency) for _ in range(ROUNDS)]
        browser.close()
    for name in rounds[0]:
        times = [each[name][0] for each in rounds]
        weight = rounds[-1][name][1]
        listed = ", ".join(f"{kind} {size / 1000:.1f} kB" for kind, size in sorted(weight.items()))
        spread = f"from {min(times):.2f} to {max(times):.2f}"
        print(f"{name}: usable after {median(times):.2f} s ({spread}); {listed}")


def visits(browser: Any, base: str, latency: float) -> dict[str, tuple[float, dict[str, int]]]:
    """Of one new phone: the first visit, a second, and one without a network."""
    context = browser.new_context(base_url=base, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/demo/")
    page.get_by_role("button", name="Rosa").first.click()
    page.wait_for_url("**/today/")
    cookies = context.cookies()
    context.close()
    context = browser.new_context(base_url=base, viewport={"width": 390, "height": 844})
    context.add_cookies(cookies)
    page = context.new_page()
    session = context.new_cdp_session(page)
    throttle(session, latency)
    told = {"first visit": visit(page, session)}
    throttle(session, 0)
    while not page.evaluate(KEPT):
        page.wait_for_timeout(100)
    throttle(session, latency)
    told["second visit"] = visit(page, session)
    context.set_offline(True)
    told["without a network"] = visit(page, session)
    context.close()
    return told


def throttle(session: Any, latency: float) -> None:
    speed = BYTES_A_SECOND if latency else -1
    conditions = {
        "latency": latency,
        "downloadThroughput": speed,
        "uploadThroughput": speed,
        "offline": False,
    }
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", conditions)
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE if latency else 1})


def visit(page: Any, session: Any) -> tuple[float, dict[str, int]]:
    """Seconds until it can be used, and bytes by kind."""
    kinds: dict[str, str] = {}
    weight: dict[str, int] = {}

    def note(event: Any) -> None:
        kinds[event["requestId"]] = KINDS.get(event["type"], "apart")

    def weigh(event: Any) -> None:
        kind = kinds.get(event["requestId"], "apart")
        weight[kind] = weight.get(kind, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", note)
    session.on("Network.loadingFinished", weigh)
    page.goto("/check-in/", wait_until="commit")
    page.locator(USABLE).first.wait_for()
    seconds = page.evaluate("performance.now()") / 1000
    page.wait_for_load_state("networkidle")
    session.remove_listener("Network.responseReceived", note)
    session.remove_listener("Network.loadingFinished", weigh)
    return seconds, weight


if __name__ == "__main__":
    main(sys.argv[1])
