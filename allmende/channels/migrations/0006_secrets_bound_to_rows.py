"""Secrets sealed with Fernet are sealed anew, each bound to its row; what no key opens stays as it is and reads as empty."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import migrations

from allmende.channels.models.sealing import CannotOpen, Sealed, place_of, seal, sealing_keys, unseal


def bind(apps, schema_editor):
    account = apps.get_model("channels", "Account")
    opener = _opener()
    for pk, sealed in _sealed(account):
        try:
            plain = opener.decrypt(sealed.text.encode()).decode()
        except InvalidToken:
            continue
        account.objects.filter(pk=pk).update(secret=seal(plain, place_of(account, pk, "secret")))


def unbind(apps, schema_editor):
    account = apps.get_model("channels", "Account")
    opener = _opener()
    for pk, sealed in _sealed(account):
        try:
            plain = unseal(sealed, place_of(account, pk, "secret"))
        except CannotOpen:
            continue
        account.objects.filter(pk=pk).update(secret=Sealed(opener.encrypt(plain.encode()).decode()))


def _sealed(account):
    rows = account.objects.values_list("pk", "secret")
    return [(pk, value) for pk, value in rows if isinstance(value, Sealed)]


def _opener():
    keys = [base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()) for key in sealing_keys()]
    return MultiFernet([Fernet(key) for key in keys])


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_logins_and_trials")]

    operations = [migrations.RunPython(bind, unbind)]
