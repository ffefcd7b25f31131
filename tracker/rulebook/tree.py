"""A condition as a tree of small forms, one a sentence, that works without scripts.

Buttons of the page add, remove and wrap: the whole page comes back with what was typed, nothing is saved.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field
from string import Formatter
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tracker.rulebook.vocabulary import SHARED, SIDE, Number, Vocabulary, parts_of, sentence_of, unit
from tracker.rulebook.wording import BOUNDS, JOINS, PARTS, SENTENCES, SHORT, UNITS_OF
from tracker.triage.conditions import KINDS, AllOf, CountOf, FromUsual, Measured, Not
from tracker.triage.report import Level
from tracker.triage.sense import problems
from tracker.triage.tables import InvalidCondition, build
from tracker.triage.units import UNITS
from tracker.triage.words import plain

ROOT = "when"
DEEPEST = 10
"""How many groups may stand inside each other."""
_PATH = re.compile(rf"{ROOT}(-\d{{1,3}}){{0,{DEEPEST}}}")

TURNED: Mapping[str, str] = {"at_least": "at_most", "at_most": "at_least", "over": "below", "below": "over"}

type Values = Mapping[str, Any]


class TooDeep(Exception):
    """Groups in groups in groups: nobody can read that."""


@dataclass
class Node:
    """One condition: its kind, what stands in its fields (as typed) and the conditions in it."""

    kind: str
    values: Values = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    @property
    def is_join(self) -> bool:
        return self.kind in JOINS

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Node":
        """From a condition's table in a rule file."""
        kind = next(key for key in table if key == SHARED or key in KINDS)
        if kind not in JOINS:
            return cls(kind, dict(_values(kind, table)))
        inside = table[kind]
        children = [cls.of(each) for each in ([inside] if isinstance(inside, Mapping) else inside)]
        return cls(kind, {"at_least": table.get("at_least", "")}, children)


def _values(kind: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the fields of a leaf show."""
    if kind == SHARED:
        yield "name", table[SHARED]
        return
    bounds = {each: table[each] for each in BOUNDS if _is_bound(kind, each) and each in table}
    if kind == FromUsual.key:
        is_above = all(isinstance(each, int | float) and each < 0 for each in bounds.values())
        bounds = _turned(bounds) if is_above else bounds
        yield SIDE, "above" if is_above else "below"
    for place, (bound, value) in enumerate(bounds.items(), start=1):
        yield f"bound{place}", bound
        yield ("limit" if isinstance(value, str) else "number") + str(place), value
    for part in parts_of(kind):
        value = table.get(_key(kind, part.name), part.default)
        if value in ((), None) or not isinstance(value, str | int | list | tuple):
            continue
        yield part.name, _shown(value, many=part.type in (tuple[str, ...], "tuple[str, ...]"))


def _turned(bounds: Values) -> dict[str, Any]:
    """The other way round: at least 20 above the usual is at most -20 below it."""
    return {TURNED[bound]: -value for bound, value in bounds.items()}


def _shown(value: Any, *, many: bool) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return [value] if many and isinstance(value, str) else value


def _is_bound(kind: str, name: str) -> bool:
    return all(part.name != name for part in parts_of(kind))


def _key(kind: str, part: str) -> str:
    """The first part stands under the condition's own key."""
    return kind if part == parts_of(kind)[0].name else part


# --- The small forms ----------------------------------------------------------------------------------------


class LeafForm(forms.Form):
    """One condition that holds no others, as a sentence."""

    use_required_attribute = False

    def __init__(self, kind: str, vocabulary: Vocabulary, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.vocabulary = kind, vocabulary
        self.fields.update(vocabulary.fields(kind))
        for name, each in self.fields.items():
            if not isinstance(each, forms.MultipleChoiceField):  # whose boxes have names of their own
                each.widget.attrs["aria-label"] = PARTS.get(name.rstrip("12"), plain(name))

    def pieces(self) -> Iterator[dict[str, Any]]:
        """The sentence: words, fields and the fields of a number's limits, one after the other."""
        for words, part, _spec, _conversion in Formatter().parse(str(SENTENCES[self.kind])):
            if words:
                yield {"words": words}
            if part == "bounds":
                yield {
                    "bounds": [[self[f"{name}{n}"] for name in ("bound", "limit", "number")] for n in "12"]
                }
            elif part:
                yield self._piece(part)
        for other in self._others():
            if not self._is_as_usual(other):
                yield from self._named_piece(other)

    def rest(self) -> Iterator[dict[str, Any]]:
        """Parts that most conditions leave as they are, as this one does: out of the way, but there."""
        for other in self._others():
            if self._is_as_usual(other):
                yield from self._named_piece(other)

    def _others(self) -> "list[Field[Any]]":
        """The parts that the sentence does not speak of."""
        spoken = {part for _words, part, _spec, _conversion in Formatter().parse(str(SENTENCES[self.kind]))}
        return (
            [each for each in parts_of(self.kind) if each.name not in spoken] if self.kind != SHARED else []
        )

    def _is_as_usual(self, part: "Field[Any]") -> bool:
        return self[part.name].value() in (None, "", [], "no", part.default)

    def _named_piece(self, part: "Field[Any]") -> Iterator[dict[str, Any]]:
        yield {"words": f"· {PARTS.get(part.name, plain(part.name))}:"}
        yield self._piece(part.name)

    def _piece(self, part: str) -> dict[str, Any]:
        return {"field": self[part], "many": isinstance(self.fields[part], forms.MultipleChoiceField)}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for n in "12":
            bound, limit = values.get(f"bound{n}"), values.get(f"limit{n}")
            typed = values.get(f"number{n}") is not None or f"number{n}" in self.errors
            if bound and not limit and not typed:
                self.add_error(f"number{n}", _("Write a number, or choose a limit."))
        if values.get("bound2") and values.get("bound1") == values.get("bound2"):
            self.add_error("bound2", _("This is the same word twice."))
        if self.kind == FromUsual.key:
            self._check_side(values)
        if not self.errors:
            self._check_meaning()
        return values

    def _check_side(self, values: Mapping[str, Any]) -> None:
        """A sign would turn "above" round unseen; it is needed only where a range reaches to both sides."""
        numbers = [values.get(f"number{n}") for n in "12" if values.get(f"bound{n}")]
        given = [each for each in numbers if each is not None]
        if values.get(SIDE) == "above" and any(values.get(f"limit{n}") for n in "12"):
            self.add_error(SIDE, _("A limit counts below the usual. Write a number to count above it."))
        elif any(each < 0 for each in given) and not (len(given) > 1 and max(given) >= 0):
            self.add_error("number1", _("Leave the minus out, and choose above or below."))

    @property
    def unit(self) -> Any:
        """What stands beside the numbers, by what is chosen now."""
        if self.kind == FromUsual.key and self["by"].value() == "percent":
            return "%"
        kind = self["kind"].value() if "kind" in self.fields else ""
        return unit(kind) if kind in UNITS else UNITS_OF.get(self.kind, "")

    def _check_meaning(self) -> None:
        """What triage says of it, beside the field that it names."""
        if self.kind == SHARED:
            return
        try:
            condition = build(self._spelled_out(), self.vocabulary.limits)
        except InvalidCondition as wrong:
            named = parts_of(self.kind)[0].name if wrong.key == self.kind else wrong.key
            self.add_error(named if named in self.fields else None, str(wrong))
            return
        for each in problems(condition):
            self.add_error(self._field_of(each.part), sentence_of(each.text))

    def _field_of(self, part: str) -> str | None:
        """Where a part of the condition is typed."""
        part = TURNED[part] if part in TURNED and self.cleaned_data.get(SIDE) == "above" else part
        for n in "12":
            if self.cleaned_data.get(f"bound{n}") == part:
                return f"limit{n}" if self.cleaned_data.get(f"limit{n}") else f"number{n}"
        return part if part in self.fields else None

    def _spelled_out(self) -> dict[str, Any]:
        """With the members of groups in their place."""
        groups = self.vocabulary.groups

        def members(value: Any) -> Any:
            if isinstance(value, list):
                return [each for one in value for each in members(one)]
            if isinstance(value, str):
                return groups[value[1:]] if value.startswith("@") else [value]
            return value

        return {
            key: members(value) if isinstance(value, list) or str(value).startswith("@") else value
            for key, value in self.table().items()
        }

    def table(self) -> dict[str, Any]:
        """As a rule file has it: only what differs from the defaults, and one code alone without a list."""
        values = self.cleaned_data
        if self.kind == SHARED:
            return {SHARED: values["name"]}
        made: dict[str, Any] = {}
        for part in parts_of(self.kind):
            value = values[part.name]
            if part.type == "bool":
                value = value == "yes"
            if isinstance(value, list):
                value = value[0] if len(value) == 1 else value
            if value not in ([], part.default):
                made[_key(self.kind, part.name)] = value
        bounds = {
            bound: values[f"limit{n}"] or values[f"number{n}"]
            for n in "12"
            if (bound := values.get(f"bound{n}"))
        }
        return made | (_turned(bounds) if values.get(SIDE) == "above" else bounds)


class JoinForm(forms.Form):
    """How the conditions of a group are joined."""

    use_required_attribute = False

    join = forms.ChoiceField(choices=list(JOINS.items()), label=_("What has to hold"))
    at_least = Number(required=False, label=_("How many of them"))
    add = forms.ChoiceField(choices=list(SHORT.items()), required=False, label=_("What to add"))

    def __init__(self, children: int, **options: Any) -> None:
        super().__init__(**options)
        self.inside = children
        for name in ("join", "at_least"):
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        join, number = values.get("join"), values.get("at_least")
        if join == Not.key and self.inside != 1:
            self.add_error("join", _("“Not” takes exactly one condition. Put several into a group first."))
        elif not self.inside:
            self.add_error("join", _("Add a condition, or remove this group."))
        counts = isinstance(number, int) and 1 <= number <= self.inside
        if join == CountOf.key and "at_least" not in self.errors and not counts:
            self.add_error("at_least", _("Write how many of these have to hold."))
        return values


@dataclass
class Branch:
    """A node with its form, as the page shows it."""

    path: str
    kind: str
    form: LeafForm | JoinForm
    children: "list[Branch]"

    @property
    def is_join(self) -> bool:
        return isinstance(self.form, JoinForm)

    @property
    def is_root(self) -> bool:
        return self.path == ROOT

    def is_valid(self) -> bool:
        inside = [each.is_valid() for each in self.children]
        valid = self.form.is_valid() and all(inside)
        return valid and not self._clashes()

    def _clashes(self) -> bool:
        """Readings of this group that could not all be so; said at the group."""
        if not isinstance(self.form, JoinForm) or self.form.cleaned_data["join"] != AllOf.key:
            return False
        readings = [each for each in self.children if each.kind == Measured.key]
        found = []
        if readings and isinstance(readings[0].form, LeafForm):
            limits = readings[0].form.vocabulary.limits
            found = list(problems(build({AllOf.key: [each.table() for each in readings]}, limits)))
        for each in found:
            self.form.add_error("join", sentence_of(each.text))
        return bool(found)

    def leaves(self) -> "Iterator[Branch]":
        if not self.is_join:
            yield self
        for each in self.children:
            yield from each.leaves()

    def errors(self) -> Iterator[tuple[str, str]]:
        """(Id of a field, what is wrong with it), in the order of the page."""
        for name, wrong in self.form.errors.items():
            target = self.form[name].id_for_label if name in self.form.fields else f"id_{self.path}"
            yield from ((target, str(each)) for each in wrong)
        for each in self.children:
            yield from each.errors()

    def table(self) -> dict[str, Any]:
        if isinstance(self.form, LeafForm):
            return self.form.table()
        join = self.form.cleaned_data["join"]
        inside: Any = [each.table() for each in self.children]
        count = {"at_least": self.form.cleaned_data["at_least"]} if join == CountOf.key else {}
        return {join: inside[0] if join == Not.key else inside} | count


def branch(node: Node, vocabulary: Vocabulary, path: str = ROOT) -> Branch:
    """To be shown; nothing is checked."""
    children = [branch(each, vocabulary, f"{path}-{place}") for place, each in enumerate(node.children)]
    initial = dict(node.values)
    form: LeafForm | JoinForm
    if node.is_join:
        form = JoinForm(len(children), prefix=path, initial=initial | {"join": node.kind})
    else:
        form = LeafForm(node.kind, vocabulary, prefix=path, initial=initial)
    return Branch(path, node.kind, form, children)


# --- What a page sends --------------------------------------------------------------------------------------


def posted(data: QueryDict, vocabulary: Vocabulary) -> Branch | None:
    """The tree as it was sent, to be checked; None when it has no root."""
    children = _children(data)
    return _posted(ROOT, children, data, vocabulary) if ROOT in children[""] else None


def _children(data: QueryDict) -> defaultdict[str, list[str]]:
    """The paths inside each path, in the order of the page."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    paths = [key.removesuffix("-node") for key in data if key.endswith("-node")]
    known = [path for path in paths if _PATH.fullmatch(path) and _kind(data, path)]
    for path in sorted(known, key=lambda each: [int(part) for part in each.split("-")[1:]]):
        found[path.rpartition("-")[0]].append(path)
    return found


def _kind(data: QueryDict, path: str) -> str:
    kind = str(data.get(f"{path}-node", ""))
    return kind if kind in SENTENCES or kind in JOINS else ""


def _posted(path: str, children: Mapping[str, list[str]], data: QueryDict, vocabulary: Vocabulary) -> Branch:
    inside = [_posted(each, children, data, vocabulary) for each in children.get(path, [])]
    kind = _kind(data, path)
    form: LeafForm | JoinForm
    if kind in JOINS:
        form = JoinForm(len(inside), data=data, prefix=path)
    else:
        form = LeafForm(kind, vocabulary, data=data, prefix=path)
    return Branch(path, kind, form, inside)


def as_typed(shown: Branch) -> Node:
    """A tree that was sent, with what was typed, whether right or wrong."""
    form = shown.form
    typed = {
        name: each.widget.value_from_datadict(form.data, {}, form.add_prefix(name))
        for name, each in form.fields.items()
    }
    kind = typed["join"] if typed.get("join") in JOINS else shown.kind
    return Node(kind, typed, [as_typed(each) for each in shown.children])


# --- What its buttons do ------------------------------------------------------------------------------------


def act(root: Branch, command: str) -> Node | None:
    """The tree after a button: "add:when-0", "remove:when-0-1", "all:when" and so on put into a group.

    None: nothing is left. An unknown command changes nothing. Raises TooDeep.
    """
    verb, _colon, path = command.partition(":")
    node = _acted(root, verb, path)
    if node is not None and _depth(node) > DEEPEST:
        raise TooDeep(path)
    return node


def _acted(here: Branch, verb: str, path: str) -> Node | None:
    node = as_typed(here)
    if here.path != path:
        inside = [_acted(each, verb, path) for each in here.children]
        return Node(node.kind, node.values, [each for each in inside if each is not None])
    if verb == "remove":
        return None
    if verb in JOINS:
        return Node(verb, {}, [node])
    if verb == "add" and node.is_join:
        node.children.append(new(str(node.values.get("add") or "answer")))
    return node


def _depth(node: Node) -> int:
    return max((1 + _depth(each) for each in node.children), default=0)


def new(kind: str) -> Node:
    """An empty sentence, or an empty group."""
    if kind not in SHORT:
        kind = "answer"
    return Node(kind, {"at_least": Level.ROUTINE.word} if kind in ("last_level", "open_flag") else {})
