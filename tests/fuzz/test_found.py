"""What the long run found, each once more."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

NO_KEYS = ("\x94 a word", "9" * 40, "½")


@pytest.mark.parametrize(
    "model", ["accounts/membership", "tracker/patient", "tracker/course", "tracker/dose"]
)
def test_what_is_no_key_is_refused_in_the_admin_where_choices_are_typed(model, root):
    browser = Client(raise_request_exception=False)
    browser.force_login(root)
    for key in NO_KEYS:
        form = dict.fromkeys(("team", "user", "patient", "drug", "course"), key)
        inline = {
            "courses-TOTAL_FORMS": "1",
            "courses-INITIAL_FORMS": "0",
            "courses-0-drug": key,
            "courses-0-cycle": "1",
        }
        answer = browser.post(f"/admin/{model}/add/", {**form, **inline})
        assert answer.status_code == 200, (model, key)
        assert "errornote" in answer.text
