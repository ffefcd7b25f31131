"""What Sidelight is made of, as a CycloneDX bill of materials: `make sbom` writes var/sbom.json.

Made of the locks alone: nothing is asked of the network. Each package is named with its version and the hash
of every file of it that may be installed.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "var" / "sbom.json"
LOCKS = {"requirements.txt": ComponentScope.REQUIRED, "requirements-pdf.txt": ComponentScope.OPTIONAL}
"""What may run at a hospital. Tools that only we use are locked and audited too, and are no part of it."""
PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^ ;\\]+)(?: ; (?P<where>[^\\]+?))? *\\?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass
class Locked:
    name: str
    version: str
    where: str
    hashes: list[str]


def locked(lock: str) -> Iterator[Locked]:
    """The packages of a lock. Raises ValueError for one without a hash."""
    found: list[Locked] = []
    for line in lock.splitlines():
        if pin := PIN.match(line):
            found.append(Locked(pin["name"], pin["version"], pin["where"] or "", []))
        elif found and (known := HASH.search(line)):
            found[-1].hashes.append(known[1])
    if bare := [each.name for each in found if not each.hashes]:
        raise ValueError(f"locked without a hash: {', '.join(bare)}")
    yield from found


def component(package: Locked, scope: ComponentScope) -> Component:
    purl = PackageURL("pypi", name=package.name, version=package.version)
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/project/{package.name}/{package.version}/"),
        comment="any one of these files",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes],
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=package.name,
        version=package.version,
        scope=scope,
        purl=purl,
        bom_ref=purl.to_string(),
        external_references=[files],
        properties=[Property(name="sidelight:installed-where", value=package.where)] if package.where else [],
    )


def bill(root: Path = ROOT) -> Bom:
    told = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    made = Bom()
    made.metadata.component = Component(
        type=ComponentType.APPLICATION, name=told["name"], version=told.get("version"), bom_ref=told["name"]
    )
    for name, scope in LOCKS.items():
        for package in locked((root / name).read_text()):
            one = component(package, scope)
            if all(one.bom_ref.value != other.bom_ref.value for other in made.components):
                made.components.add(one)
    made.register_dependency(made.metadata.component, made.components)
    return made


def main() -> int:
    written = JsonV1Dot6(bill()).output_as_string(indent=2)
    if faults := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        print(f"The bill is not as CycloneDX 1.6 wants it: {faults}", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(f"{written}\n")
    print(f"{TARGET.relative_to(ROOT)} is written, and is as CycloneDX 1.6 wants it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
