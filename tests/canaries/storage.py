"""What a browser keeps of us when a test has ended with it: nobody can read there what a patient wrote."""

from typing import Any

from tests.canaries.fields import Sink
from tests.canaries.watch import watch

KEPT = """async () => {
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const asked of await cache.keys()) {
      kept.push(asked.url)
      const answer = await cache.match(asked)
      const kind = answer.headers.get("Content-Type") || ""
      if (/html|json/.test(kind)) kept.push(await answer.text())
    }
  }
  return kept
}"""


def look_into_storage(context: Any) -> None:
    """Of one page of each context; a page that is not ours, or is gone, has nothing to say."""
    ours = [each for each in context.pages if not each.is_closed() and each.url.startswith("http")]
    if not ours or not watch.kept:
        return
    try:
        kept = ours[-1].evaluate(KEPT)
    except Exception:  # it was on its way to another page, or its network is cut
        return
    for each in kept:
        watch.look(Sink.STORAGE, each, f"of {ours[-1].url}")
