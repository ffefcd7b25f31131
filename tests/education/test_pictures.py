"""Pictures that editors bring in: made anew, kept small, served as what they are, kept for versions."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from PIL import Image as Pillow

from education import editions
from education.documents import document
from education.editing.reencoding import BadPicture, reencoded
from education.editing.used import pages_showing
from education.markdown import render
from education.models import Article, Image
from education.models.editions import Origin
from tests.education.conftest import desk, filled

pytestmark = pytest.mark.django_db

SAID = {"name": "cuff", "alt_en": "A cuff on an arm.", "alt_es": "Un manguito.", "source": "Own photograph."}


def a_file(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def a_bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def take(data: bytes) -> Any:
    return reencoded(io.BytesIO(data), len(data))


@pytest.fixture
def image(db: None) -> Image:
    encoded = take(a_file())
    return Image.objects.create(
        **SAID,
        data=encoded.data,
        content_type=encoded.content_type,
        width=encoded.width,
        height=encoded.height,
        made_at=timezone.now(),
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_taken_is_written_anew(kind: str) -> None:
    encoded = take(a_file(kind))
    with Pillow.open(io.BytesIO(encoded.data)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (40, 30))
    assert encoded.content_type == "image/webp"


def test_what_a_camera_wrote_into_it_is_left_out_and_it_stands_upright() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Where Rosa lives"
    encoded = take(a_file("JPEG", exif=exif, comment=b"Where Rosa lives"))
    assert b"Rosa" not in encoded.data
    assert (encoded.width, encoded.height) == (30, 40)
    with Pillow.open(io.BytesIO(encoded.data)) as picture:
        assert not picture.getexif()


def test_a_large_one_is_made_smaller() -> None:
    encoded = take(a_file("JPEG", (4000, 3000)))
    assert (encoded.width, encoded.height) == (1600, 1200)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG are not taken"),
        (b"<html><script>alert(1)</script></html>", "no JPEG, PNG or WebP"),
        (a_file("GIF"), "no JPEG, PNG or WebP"),
        (a_file("PNG")[:60], "cannot be read"),
        (a_bomb(7_000), "too many pixels"),
        (a_bomb(60_000), "too many pixels"),
        (b"", "no JPEG, PNG or WebP"),
    ],
)
def test_everything_else_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BadPicture, match=reason):
        take(data)


def test_a_moving_one_and_a_heavy_one_are_refused() -> None:
    out = io.BytesIO()
    frames = [Pillow.new("RGB", (9, 9), colour) for colour in ("red", "teal")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(BadPicture, match="Moving"):
        take(out.getvalue())
    with pytest.raises(BadPicture, match="10 MB"):
        reencoded(io.BytesIO(b""), 10_000_001)


def test_what_lies_behind_a_photograph_is_no_movement() -> None:
    depths = Pillow.new("RGB", (20, 15))
    encoded = take(a_file("MPO", save_all=True, append_images=[depths]))
    assert (encoded.width, encoded.height) == (40, 30)


def test_deep_greys_stay_grey() -> None:
    out = io.BytesIO()
    Pillow.new("I;16", (9, 9), 128 * 256).save(out, "PNG")
    with Pillow.open(io.BytesIO(take(out.getvalue()).data)) as picture:
        assert picture.convert("L").getpixel((4, 4)) == pytest.approx(128, abs=3)


def test_an_editor_brings_one_in(editor: Client) -> None:
    wrong = SimpleUploadedFile("cuff.svg", b"<svg/>")
    html = editor.post(desk(Image, "add"), {**SAID, "file": wrong}).content.decode()
    assert "SVG are not taken" in html
    assert "A cuff on an arm." in html
    file = SimpleUploadedFile("cuff.jpg", a_file("JPEG"))
    response = editor.post(desk(Image, "add"), {**SAID, "file": file})
    assert response.status_code == 302, response.context["errors"]
    assert Image.objects.get().width == 40
    assert editor.get(desk(Image)).status_code == 200


def test_what_it_shows_can_be_said_better_and_nothing_else_changes(image: Image, editor: Client) -> None:
    address = desk(Image, "change", image.pk)
    assert "no page yet" in editor.get(address).content.decode()
    editor.post(address, SAID | {"alt_en": "A cuff, well placed.", "name": "other"})
    image.refresh_from_db()
    assert (image.alt_en, image.name) == ("A cuff, well placed.", "cuff")
    with pytest.raises(DatabaseError), transaction.atomic():
        Image.objects.update(name="other")


def test_what_it_shows_hides_no_character(image: Image, editor: Client) -> None:
    said = SAID | {"alt_en": "A cuff\u202e on an arm."}
    answer = editor.post(desk(Image, "change", image.pk), said)
    assert "a character in it that nobody can see" in answer.content.decode()


def test_it_is_served_as_what_it_is_and_may_be_kept(image: Image, client: Client) -> None:
    answer = client.get("/library/images/cuff")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer.content == bytes(image.data)
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get("/library/images/other").status_code == 404


def test_a_page_shows_it_with_its_size_and_what_it_shows(image: Image) -> None:
    html = render("![](image:cuff)")
    assert 'src="/library/images/cuff"' in html
    assert 'alt="A cuff on an arm."' in html
    assert 'width="40" height="30"' in html or ('width="40"' in html and 'height="30"' in html)
    assert 'alt="My words"' in render("![My words](image:cuff)")
    with translation.override("es"):
        assert 'alt="Un manguito."' in render("![](image:cuff)")
    assert render("![My words](image:other)") == "<p>My words</p>\n"


def test_one_that_a_page_shows_is_kept(image: Image, a_page: Callable[..., Any], editor: Client) -> None:
    page = a_page(Article, slug="testing")
    editor.post(desk(Article, "change", page.pk), filled(editor, page, body="![x](image:cuff)"))
    assert "articles/testing" in editor.get(desk(Image, "change", image.pk)).content.decode()
    assert editor.post(desk(Image, "delete", image.pk), {"post": "yes"}).status_code == 403
    with pytest.raises(DatabaseError, match="a page shows"), transaction.atomic():
        Image.objects.all().delete()
    editor.post(desk(Article, "change", page.pk), filled(editor, page, body="Nothing."))
    assert editor.post(desk(Image, "delete", image.pk), {"post": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ('![x](image:cuff "On an arm")', True),
        ("![x][it]\n\n[it]: image:cuff", True),
        ("![x](<image:cuff>)", True),
        ("![x](image:cuff-2) ![x](image:cuffs)", False),
    ],
)
def test_it_is_found_however_a_page_shows_it(
    text: str, is_shown: bool, image: Image, a_page: Callable[..., Any]
) -> None:
    page = a_page(Article, slug="testing", body=text)
    assert pages_showing("cuff") == (["articles/testing"] if is_shown else [])
    editions.record(page, document(page), origin=Origin.EDITOR, now=timezone.now())
    assert pages_showing("cuff") == (["articles/testing"] if is_shown else [])
    if is_shown:
        with pytest.raises(DatabaseError, match="a page shows"), transaction.atomic():
            Image.objects.all().delete()
    else:
        Image.objects.all().delete()


def test_a_name_is_used_once_for_ever(image: Image, editor: Client) -> None:
    image.delete()
    file = SimpleUploadedFile("cuff.jpg", a_file("JPEG"))
    html = editor.post(desk(Image, "add"), {**SAID, "file": file}).content.decode()
    assert "There was a picture of this name" in html
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": "No good"}, "image_name_is_well_formed"),
        ({"content_type": "image/svg+xml"}, "image_kind_is_known"),
        ({"data": b"x" * 500_001}, "image_is_small"),
    ],
)
def test_what_must_never_be_false(change: dict[str, Any], name: str) -> None:
    fields = {
        **SAID,
        "data": b"x",
        "content_type": "image/webp",
        "width": 1,
        "height": 1,
        "made_at": timezone.now(),
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Image.objects.create(**fields | change)


def test_pictures_are_found_to_be_put_into_a_text(image: Image, editor: Client) -> None:
    found = editor.get("/admin/education/work/find/pictures/", {"q": "manguito", "language": "es"}).json()[
        "found"
    ]
    assert [(each["address"], each["alt"]) for each in found] == [("image:cuff", "Un manguito.")]
    every = editor.get("/admin/education/work/find/pictures/").json()["found"]
    assert "drawing:cuff" in [each["address"] for each in every]
