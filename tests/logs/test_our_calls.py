"""Every call of ours that logs, read as code: fixed words, and ids, numbers and names of types alone."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "config", "education", "tracker")
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})

# What may follow the words: the ends of these are keys, counts, versions and names that we gave ourselves.
IDS = frozenset({"pk", "id", "attempts", "rounds", "version", "kind", "slug", "__name__", "name"})
KNOWN = {
    # file, expression → why it holds nobody's words
    ("tracker/again.py", "number"): "counts tries",
    ("tracker/alerts/deadman.py", "answer"): "HTTP and a number: tracker.alerts.channels.http.Answer",
    ("tracker/alerts/deadman.py", "error"): "NotSent; an error is told by its type",
    ("tracker/alerts/outcome.py", "reason"): "types and codes alone: each channel says so",
    ("tracker/anchoring.py", "problem"): "three sentences of that module",
    ("tracker/apart.py", "where"): "places in our code",
    ("tracker/apart.py", "getattr(about, 'pk', about)"): "a key, or the name of a duty",
    ("config/browser_reports.py", "report"): "a directive, origins, a route and a place in our scripts",
    ("config/browser_reports.py", "MOST_A_MINUTE"): "a number",
    ("config/logs/setup.py", "place(filename)"): "a file of ours or of a package",
    ("config/database/role.py", "why"): "the name of a role, and what it may",
    ("config/database/role.py", "right"): "a role of ours",
    ("config/logs/setup.py", "lineno"): "a number",
}
NOT_FIXED = {
    ("tracker/apart.py", "words + ': %s at\\n%s'"): "its callers are read here, too",
    ("config/requests.py", "logging.DEBUG if is_dull else logging.INFO"): "a level",
}


@cache
def every_call() -> list[tuple[str, ast.Call]]:
    files = [each for room in ROOMS for each in (ROOT / room).rglob("*.py") if "migrations" not in each.parts]
    return [
        (str(file.relative_to(ROOT)), node)
        for file in sorted(files)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and _called(node)
    ]


def calls(names: frozenset[str]) -> Iterator[tuple[str, ast.Call]]:
    return ((file, call) for file, call in every_call() if _called(call) in names)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        is_log = node.func.value.id in ("log", "logger", "logging")
        return f"log.{node.func.attr}" if is_log else ""
    return ""


def _is_harmless(file: str, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in IDS or node.attr.endswith("_id")
    is_a_count = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
    return isinstance(node, ast.Constant) or is_a_count or (file, ast.unparse(node)) in KNOWN


def test_our_calls_have_fixed_words_and_ids_alone():
    wrong, count = [], 0
    for file, call in calls(frozenset(f"log.{level}" for level in LEVELS)):
        count += 1
        first, *rest = call.args
        is_fixed = isinstance(first, ast.Constant) or (file, ast.unparse(first)) in NOT_FIXED
        odd = [each for each in rest if not _is_harmless(file, each)]
        odd += [each.value for each in call.keywords if each.arg == "extra" and file != "config/requests.py"]
        if not is_fixed or odd:
            wrong.append(f"{file}:{call.lineno} {ast.unparse(call)}")
    assert count > 15
    assert wrong == []


def test_so_have_those_that_log_by_another_door():
    places = {"apart": 0, "log_where": 1}  # where the words stand
    found = [
        each for each in calls(frozenset(places)) if not each[0].startswith(("accounts/audit", "education"))
    ]
    assert len(found) > 8
    for file, call in found:
        words = call.args[places[_called(call)]]
        assert isinstance(words, ast.Constant) or file == "tracker/apart.py", f"{file}:{call.lineno}"


def test_only_commands_and_the_launcher_print():
    allowed = ("config/postgres.py", "config/serve.py", "config/messages/__main__.py")
    elsewhere = ("/management/", "config/drill/")
    found = {file for file, _call in calls(frozenset({"print"}))}
    printing = {file for file in found if not any(each in file for each in elsewhere)}
    assert printing <= set(allowed)


def test_loggers_are_named_for_their_modules():
    for file, call in calls(frozenset({"log.getLogger"})):
        assert ast.unparse(call.args[0]) in ("__name__", "act.__module__"), file
