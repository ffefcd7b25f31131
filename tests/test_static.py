"""The modules that pages load: under hashed names, and all of them asked for at once."""

import re
import shutil
from os.path import normpath
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.template.loader import get_template

from config.static import HashedStaticFiles

IMPORT = re.compile(r"""^import\s*(?:[^"';]*?from\s*)?["']([^"']+)["'];""", re.MULTILINE)


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """Our modules as `collectstatic` leaves them."""
    shutil.copytree(settings.BASE_DIR / "static" / "js", tmp_path / "js")
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.js")]
    for _name, _hashed, done in storage.post_process({name: (storage, name) for name in names}):
        assert not isinstance(done, Exception)
    return tmp_path


def test_a_module_imports_others_by_their_hashed_names(collected: Path) -> None:
    [page] = (path for path in collected.glob("js/check-in.*.js"))
    imported = IMPORT.findall(page.read_text())
    assert len(imported) == page.read_text().count("\nimport")
    for name in imported:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
        assert (page.parent / name).is_file()


def test_the_check_in_asks_for_all_of_its_modules_at_once() -> None:
    page: Any = get_template("tracker/patient/check_in.html")
    asked_for = set(re.findall(r"modulepreload\" href=\"{% static '([^']+)'", page.template.source))
    assert asked_for == _imported_by("js/check-in.js")


def _imported_by(module: str) -> set[str]:
    """The modules that one needs, near and far, as `{% static %}` names them."""
    folder = Path(module).parent
    source = Path(str(find(module))).read_text()
    near = {normpath(folder / name) for name in IMPORT.findall(source)}
    return near.union(*(_imported_by(name) for name in near))
