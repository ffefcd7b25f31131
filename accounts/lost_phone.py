"""When somebody has lost what they sign in with, recovery codes too."""

from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import SignedIn, User
from accounts.post import send_later


@transaction.atomic
def forget_second_factor(user: User) -> int:
    """Takes away all that they had and signs them out; with a code by e-mail they set up a new one.

    Returns how many there were. They are told, as somebody else may have asked.
    """
    gone: int
    gone, _by_model = Authenticator.objects.filter(user=user).delete()
    SignedIn.objects.filter(user=user).end()
    if gone and user.email:
        with translation.override(user.mail_language):
            told = EmailMessage(
                render_to_string("account/email/sign_in_changed_subject.txt").strip(),
                render_to_string("account/email/sign_in_changed_message.txt"),
                to=[user.email],
            )
        transaction.on_commit(lambda: send_later(told))
    return gone
