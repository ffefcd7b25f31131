"""Of each set that allauth made: the codes that were not used yet, hashed; its seed goes.

What no key opens stays as it is: nobody could sign in with it, and the key may be found again. Back again there are no codes,
which allauth understands, and people make new ones.

One person takes two seconds, and systemd gives an upgrade ten minutes: what is done is kept, and the next start goes on from there.
"""

import hashlib
import hmac
import json
import secrets
from typing import Any

from django.conf import settings
from django.db import migrations, transaction

from config.sealing import NotOurs, seal, unseal

COUNT, DIGITS_BEFORE = 10, 8


def unused(data: dict[str, Any]) -> list[str]:
    """As allauth 65 made them of a seed. Raises NotOurs."""
    made = hmac.new(unseal(data["seed"]).encode("ascii"), digestmod=hashlib.sha1)
    codes = []
    for place in range(COUNT):
        made.update(f"{place:3},".encode())
        number = int.from_bytes(made.digest()[: DIGITS_BEFORE // 2], byteorder="big")
        codes.append(f"{number % 10**DIGITS_BEFORE:0{DIGITS_BEFORE}}")
    return [code for place, code in enumerate(codes) if not data["used_mask"] & (1 << place)]


def hashed(codes: list[str]) -> dict[str, Any]:
    """As accounts/recovery.py read them on the day of this step."""
    salt, rounds = secrets.token_bytes(16), settings.RECOVERY_CODE_ROUNDS
    hashes = [hashlib.pbkdf2_hmac("sha256", code.encode(), salt, rounds).hex() for code in codes]
    kept = {"salt": salt.hex(), "rounds": rounds, "hashes": hashes}
    return {"migrated_codes": [], "hashed": seal(json.dumps(kept))}


def hash_codes(apps: Any, _schema: Any) -> None:
    rows = apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes", data__has_key="seed")
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            if row := rows.select_for_update().filter(pk=pk).first():
                hash_one(row)


def hash_one(row: Any) -> None:
    try:
        row.data = hashed(unused(row.data))
    except NotOurs:
        return
    row.save(update_fields=["data"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0016_looks_at_what_is_kept"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
