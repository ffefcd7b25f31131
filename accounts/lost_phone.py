"""When somebody has lost what they sign in with, recovery codes too."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import SignedIn, User
from accounts.post import tell


@transaction.atomic
def forget_second_factor(user: User) -> int:
    """Takes away all that they had and signs them out; with a code by e-mail they set up a new one.

    Returns how many there were. They are told, as somebody else may have asked.
    """
    gone: int
    gone, _by_model = Authenticator.objects.filter(user=user).delete()
    SignedIn.objects.filter(user=user).end()
    if gone and user.email:
        tell(user.email, user.mail_language, "account/email/sign_in_changed")
    return gone
