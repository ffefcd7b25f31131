"""The bill of materials names all that is locked, and is what CycloneDX asks for. No network."""

import importlib.util
import json
import re
from typing import Any

import pytest
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.conf import settings

ROOT = settings.BASE_DIR
ALL = ("requirements.txt", "requirements-pdf.txt", "requirements-dev.txt")


@pytest.fixture(scope="module")
def sbom() -> Any:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "bin" / "sbom.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["sbom"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(sbom: Any) -> str:
    return JsonV1Dot6(sbom.bill()).output_as_string(indent=2)


def pins(lock: str) -> dict[str, tuple[str, set[str]]]:
    """Read in another way than the bill's own: name → version and hashes."""
    found = {}
    for block in re.split(r"\n(?=\S)", (ROOT / lock).read_text()):
        if pin := re.match(r"([\w.-]+)(?:\[.*?\])?==([\w.+!-]+)", block):
            found[pin[1]] = (pin[2], set(re.findall(r"sha256:(\w{64})", block)))
    return found


def test_every_package_that_runs_is_named_with_its_version_and_its_hashes(written):
    expected = pins("requirements-pdf.txt") | pins("requirements.txt")
    told = {
        each["name"]: (each["version"], {one["content"] for one in each["externalReferences"][0]["hashes"]})
        for each in json.loads(written)["components"]
    }
    assert told == expected
    assert len(told) > 40
    assert all(hashes for _version, hashes in told.values())


def test_it_is_as_cyclonedx_wants_it(written):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    assert (
        JsonStrictValidator(SchemaVersion.V1_6).validate_str(written.replace('"library"', '"shelf"'))
        is not None
    )


def test_what_is_locked_without_a_hash_is_refused(sbom):
    with pytest.raises(ValueError, match="locked without a hash: django"):
        list(sbom.locked("django==6.1.3\n    # via -r requirements.in\n"))


@pytest.mark.parametrize("lock", ALL)
def test_every_lock_has_a_hash_for_every_package(lock):
    assert [name for name, (_version, hashes) in pins(lock).items() if not hashes] == []
