"""What is marked for translation in a file of ours. Text in, messages out."""

import ast
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

# What each argument is, up to the last one that is words.
ARGUMENTS = {
    "gettext": ("singular",),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
FUNCTIONS = {
    **ARGUMENTS,
    **{f"{name}_lazy": arguments for name, arguments in ARGUMENTS.items()},
    "gettext_noop": ARGUMENTS["gettext"],
    "_": ARGUMENTS["gettext"],
}
TRANSLATION = "django.utils.translation"


class Message(NamedTuple):
    singular: str
    plural: str = ""
    context: str = ""


class NotPlainText(ValueError):
    """Words that are put together before they are translated: no catalog can hold them."""


def in_python(source: str) -> Iterator[Message]:
    """Calls of gettext and its kin, by whatever name they were imported. Raises NotPlainText."""
    tree = ast.parse(source)
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (arguments := FUNCTIONS.get(_called(node.func, names), ())):
            if any(isinstance(each, ast.JoinedStr) for each in node.args[: len(arguments)]):
                raise NotPlainText(f"line {node.lineno}: an f-string cannot be translated")
            words = [_text(each) for each in node.args[: len(arguments)]]
            if all(words) and len(words) == len(arguments):
                yield Message(**dict(zip(arguments, words, strict=True)))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Our name for each function of django.utils.translation, or for that module itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION:
            yield from ((each.asname or each.name, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            yield from (
                (each.asname or each.name, TRANSLATION) for each in node.names if each.name == "translation"
            )


def _called(function: ast.expr, names: dict[str, str]) -> str:
    """The function's name in django.utils.translation; "" for any other function."""
    if isinstance(function, ast.Name):
        return names.get(function.id, "")
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if names.get(function.value.id) == TRANSLATION else ""
    return ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def in_template(source: str) -> Iterator[Message]:
    """`translate`, `blocktranslate` and `_("…")`, as Django itself reads them."""
    calls = f"(\n{templatize(source)}\n)"  # in brackets, so that indentation says nothing
    keywords = dict.fromkeys(FUNCTIONS)
    found: Any  # Babel says a list; it is one text, or a tuple of several
    for _line, function, found, _comments in extract_python(BytesIO(calls.encode()), keywords, [], {}):
        words = (found,) if isinstance(found, str) else tuple(found)
        yield Message(**dict(zip(FUNCTIONS[str(function)], words, strict=False)))
