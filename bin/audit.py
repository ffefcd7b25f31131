"""Asks PyPI for known holes in the locked versions; where it cannot be asked, says so and fails nothing."""

import json
import subprocess
import sys

COMMAND = ["pip-audit", "--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
LOCKS = ["requirements.txt", "requirements-dev.txt"]
TIMEOUT = 120  # seconds for all of it; the service is asked once for each package


def main() -> int:
    asked = [option for lock in LOCKS for option in ("--requirement", lock)]
    try:
        answer = subprocess.run([*COMMAND, *asked], capture_output=True, timeout=TIMEOUT, check=False).stdout
        packages = json.loads(answer)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        print("   skipped: the list of known vulnerabilities cannot be reached from here")
        return 0
    unknown = [package for package in packages if "skip_reason" in package]
    holes = [(package, hole) for package in packages for hole in package.get("vulns", [])]
    for package, hole in holes:
        fixed = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"   {package['name']} {package['version']}: {hole['id']}, fixed in {fixed}")
    print(f"   {len(packages)} packages: {len(holes)} known holes, {len(unknown)} could not be looked up")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
