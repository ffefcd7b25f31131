"""Conditions as forms: what is shown, sent and kept is the same condition, for every kind."""

from typing import Any

import pytest
from django.forms import MultipleChoiceField
from django.http import QueryDict

from tests.rulebook.build import a_draft, small
from tracker.rulebook import tree
from tracker.rulebook.shipped import shipped_data
from tracker.rulebook.tree import Branch, Node, act, as_typed, branch, posted
from tracker.rulebook.vocabulary import Vocabulary
from tracker.rulebook.wording import JOINS, SENTENCES, SHORT
from tracker.triage.conditions import KINDS
from tracker.triage.rules import parse

pytestmark = pytest.mark.django_db


def sent(shown: Branch) -> QueryDict:
    """What a browser sends for a tree as it is shown."""
    data = QueryDict(mutable=True)

    def fill(each: Branch) -> None:
        data[f"{each.path}-node"] = each.kind
        for field in each.form:
            many = isinstance(field.field, MultipleChoiceField)
            value = field.value()
            value = ([] if many else "") if value is None else value
            data.setlist(
                field.html_name, value if isinstance(value, list) else ["" if value is None else value]
            )
        for child in each.children:
            fill(child)

    fill(shown)
    return data


@pytest.fixture
def vocabulary(ada) -> Vocabulary:
    return Vocabulary.of(a_draft(ada, shipped_data()))


# --- There and back -----------------------------------------------------------------------------------------


def test_every_shipped_rule_comes_back_from_its_form_as_it_was(ada):
    data = shipped_data()
    vocabulary = Vocabulary.of(a_draft(ada, data))
    back = data | {"rule": [], "conditions": {}}
    for rule in data["rule"]:
        back["rule"].append(rule | {"when": through_the_form(rule["when"], vocabulary)})
    for name, condition in data["conditions"].items():
        back["conditions"][name] = through_the_form(condition, vocabulary)
    assert parse(back) == parse(data)


def through_the_form(table: Any, vocabulary: Vocabulary) -> dict[str, Any]:
    tree_sent = posted(sent(branch(Node.of(table), vocabulary)), vocabulary)
    assert tree_sent is not None
    assert tree_sent.is_valid(), [*tree_sent.errors()]
    return tree_sent.table()


EVERY_KIND: list[dict[str, Any]] = [
    {"answer": ["nausea", "@watched"], "attribute": "severity", "at_least": 3, "exclude": "swelling"},
    {"composite": "*", "at_least": 3},
    {"worse": "nausea", "by": 2, "than": ["baseline", "week_low"], "dose_cycle": "aldesleukin"},
    {"lasting": "nausea", "at_least": 2, "days": 3},
    {"red_flag": ["unspecified", "chest_pain"]},
    {"note": ["chest_pain", "confusion"]},
    {"reading": "temperature", "at_least": 38.0, "below": 39.5},
    {"below_usual": "systolic", "over": 20, "by": "percent"},
    {"weight_gain_days": 3, "at_least": 1.5},
    {"weight_loss_days": 7, "over": 5},
    {"since_urine": "hours", "at_least": 12},
    {"drug": "aldesleukin", "ended_within_days": 7},
    {"hours_since_dose": "aldesleukin", "at_most": 48},
    {"days_since_end": "aldesleukin", "at_most": 183},
    {"treatment_day": "aldesleukin", "at_most": 5},
    {"since_chemo": "days", "at_least": 5, "at_most": 14},
    {"dose_day": "aldesleukin"},
    {"missed": "days", "at_least": 2},
    {"last_level": "urgent"},
    {"open_flag": "urgent", "acknowledged": True},
    {"wants_call": True},
    {"is": "fainting"},
]


def test_there_is_a_sentence_for_every_kind_and_an_example_here():
    assert set(SENTENCES) | set(JOINS) == {*KINDS, "is"}
    assert {next(iter(table)) for table in EVERY_KIND} == set(SENTENCES)
    assert set(SHORT) == {*KINDS, "is"} - {"count_of"}


@pytest.mark.parametrize("table", EVERY_KIND, ids=lambda table: str(next(iter(table))))
def test_each_kind_is_kept_as_it_was_typed(ada, table):
    vocabulary = Vocabulary.of(a_draft(ada))
    assert through_the_form(table, vocabulary) == table


def test_groups_in_groups_keep_their_order(ada):
    table = {
        "all": [
            {"count_of": [{"reading": "pulse", "over": 100}, {"is": "fainting"}], "at_least": 1},
            {"not": {"any": [{"note": "fever"}, {"answer": "chills", "at_least": 2}]}},
        ]
    }
    assert through_the_form(table, Vocabulary.of(a_draft(ada))) == table


def test_a_limit_by_name_stays_a_name(ada):
    limits = {
        "low": {"reading": "systolic", "value": 90, "lowest": 70, "highest": 110, "label": {"en": "Low"}}
    }
    vocabulary = Vocabulary.of(a_draft(ada, small(limits=limits)))
    table = {"reading": "systolic", "at_most": "$low"}
    assert through_the_form(table, vocabulary) == table


# --- What is wrong is said beside it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "field", "typed", "says"),
    [
        ({"reading": "pulse", "over": 100}, "number1", "many", "Write a number"),
        ({"reading": "pulse", "over": 100}, "number1", "", "Write a number, or choose a limit"),
        ({"reading": "pulse", "over": 100}, "number1", "1e400", "Write a number"),
        ({"reading": "pulse", "over": 100}, "number1", "NaN", "Write a number"),
        ({"reading": "pulse", "over": 1, "below": 2}, "bound2", "over", "same word twice"),
        ({"answer": "nausea", "at_least": 3}, "at_least", "9", "not one of the available choices"),
        ({"answer": "faint", "attribute": "presence", "at_least": 1}, "at_least", "2", "scale"),
        ({"lasting": "nausea", "at_least": 2, "days": 3}, "days", "2.5", "will not do"),
        ({"note": ["fever"]}, "concepts", None, "Choose at least one"),
        ({"is": "fainting"}, "name", "nothing_like_it", "not one of the available choices"),
        ({"reading": "pulse", "over": 100}, "number1", "9000", "lies from 20 beats a minute to 250"),
        ({"reading": "spo2", "at_most": 92}, "number1", "5", "lies from 50% to 100%"),
        ({"worse": "nausea", "by": 2, "than": "baseline"}, "by", "5", "from 1 to 4"),
        ({"below_usual": "pulse", "at_most": -20}, "number1", "-20", "Leave the minus out"),
        ({"below_usual": "pulse", "at_most": -20}, "number1", "300", "lies from -230 to 230"),
    ],
)
def test_a_mistake_is_told_at_its_field(ada, table, field, typed, says):
    vocabulary = Vocabulary.of(a_draft(ada))
    data = sent(branch(Node.of(table), vocabulary))
    data.setlist(f"when-{field}", [] if typed is None else [typed])
    tree_sent = posted(data, vocabulary)
    assert tree_sent is not None
    assert not tree_sent.is_valid()
    assert says in str(tree_sent.form.errors[field])


def test_above_the_usual_is_said_as_such_and_kept_as_the_file_has_it(vocabulary):
    table = {"below_usual": "pulse", "at_most": -20}
    shown = branch(Node.of(table), vocabulary)
    assert {name: shown.form[name].value() for name in ("side", "bound1", "number1")} == {
        "side": "above",
        "bound1": "at_least",
        "number1": 20,
    }
    assert through_the_form(table, vocabulary) == table
    between = {"below_usual": "pulse", "at_least": -10, "below": 5}
    assert through_the_form(between, vocabulary) == between


def test_a_limit_is_offered_for_what_it_is_of(vocabulary):
    fever = {"reading": "pulse", "over": 100}
    data = sent(branch(Node.of(fever), vocabulary))
    data["when-limit1"] = "$fever"
    tree_sent = posted(data, vocabulary)
    assert tree_sent is not None
    assert not tree_sent.is_valid()
    assert "is no limit of the pulse" in str(tree_sent.form.errors["limit1"])
    gain = branch(Node.of({"weight_gain_days": 3, "over": 2}), vocabulary)
    limit: Any = gain.form.fields["limit1"]
    offered = [name for name, _limits in limit.choices if name]
    assert offered == ["Weight"]


def test_readings_that_could_not_all_be_so_are_told_at_their_group(vocabulary):
    table = {"all": [{"reading": "pulse", "over": 110}, {"reading": "pulse", "below": 80}]}
    tree_sent = posted(sent(branch(Node.of(table), vocabulary)), vocabulary)
    assert tree_sent is not None
    assert not tree_sent.is_valid()
    assert "cannot be all of these at once" in str(tree_sent.form.errors["join"])


def test_a_comma_is_a_decimal_point_here(ada):
    vocabulary = Vocabulary.of(a_draft(ada))
    data = sent(branch(Node.of({"reading": "temperature", "at_least": 38.0}), vocabulary))
    data["when-number1"] = "38,5"
    tree_sent = posted(data, vocabulary)
    assert tree_sent is not None
    assert tree_sent.is_valid()
    assert tree_sent.table() == {"reading": "temperature", "at_least": 38.5}


@pytest.mark.parametrize(
    ("node", "says"),
    [
        (Node("all"), "Add a condition"),
        (Node("not", {}, [Node.of({"note": "fever"}), Node.of({"note": "faint"})]), "exactly one"),
        (Node("count_of", {"at_least": "3"}, [Node.of({"note": "fever"})]), "how many"),
        (Node("count_of", {"at_least": ""}, [Node.of({"note": "fever"})]), "how many"),
    ],
)
def test_a_group_that_could_never_hold_is_refused(ada, node, says):
    vocabulary = Vocabulary.of(a_draft(ada))
    tree_sent = posted(sent(branch(node, vocabulary)), vocabulary)
    assert tree_sent is not None
    assert not tree_sent.is_valid()
    assert says in str(tree_sent.form.errors)


# --- Buttons ------------------------------------------------------------------------------------------------


@pytest.fixture
def two(vocabulary: Vocabulary) -> Branch:
    """A tree that was sent: two conditions, one typed wrong."""
    data = sent(branch(Node.of({"any": [{"note": "fever"}, {"reading": "pulse", "over": 100}]}), vocabulary))
    data["when-1-number1"] = "a lot"
    tree_sent = posted(data, vocabulary)
    assert tree_sent is not None
    return tree_sent


def kinds(node: Node | None) -> Any:
    assert node is not None
    return (node.kind, [kinds(each) for each in node.children]) if node.is_join else node.kind


def test_adding_puts_a_sentence_at_the_end_and_loses_nothing(two):
    two.form.data["when-add"] = "drug"
    node = act(two, "add:when")
    assert node is not None
    assert kinds(node) == ("any", ["note", "reading", "drug"])
    assert node.children[1].values["number1"] == "a lot"


def test_removing_takes_one_away(two):
    node = act(two, "remove:when-0")
    assert node is not None
    assert kinds(node) == ("any", ["reading"])
    assert act(two, "remove:when") is None


@pytest.mark.parametrize("join", ["all", "any", "not"])
def test_a_line_is_put_into_a_group(two, join):
    node = act(two, f"{join}:when-1")
    assert node is not None
    assert kinds(node) == ("any", ["note", (join, ["reading"])])


def test_what_holds_a_group_together_may_change(two):
    two.form.data["when-join"] = "all"
    assert kinds(as_typed(two)) == ("all", ["note", "reading"])


@pytest.mark.parametrize("command", ["", "remove", "remove:when-9", "dance:when", "add:when-0", "all:"])
def test_an_unknown_command_changes_nothing(two, command):
    assert kinds(act(two, command)) == ("any", ["note", "reading"])


def test_nobody_digs_deeper_than_can_be_read_back(vocabulary):
    table: dict[str, Any] = {"note": "fever"}
    for _ in range(tree.DEEPEST):
        table = {"not": table}
    shown = posted(sent(branch(Node.of(table), vocabulary)), vocabulary)
    assert shown is not None
    assert shown.is_valid()
    assert shown.table() == table
    with pytest.raises(tree.TooDeep):
        act(shown, "all:when")


def test_a_forged_tree_is_read_as_far_as_it_makes_sense(vocabulary):
    data = QueryDict(
        "when-node=any&when-join=any&when-0-node=zzz&when-x-node=note&when-1-node=note&x-node=any"
    )
    shown = posted(data, vocabulary)
    assert shown is not None
    assert [each.path for each in shown.children] == ["when-1"]
    assert posted(QueryDict("a=b"), vocabulary) is None
