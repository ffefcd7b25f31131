"""Under allauth's names, by which its pages lead to each other; each of them that is open stands here."""

from allauth.mfa.base.views import authenticate
from allauth.mfa.totp.views import deactivate_totp
from django.urls import path

from accounts.recent import recently_proved
from accounts.signin import views

proved = recently_proved()

urlpatterns = [
    path("", views.index, name="mfa_index"),
    path("set-up/", views.set_up, name="set_up_second_factor"),
    path("passkeys/", views.index, name="mfa_list_webauthn"),
    path("passkeys/add/", proved(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", proved(views.remove_passkey), name="mfa_remove_webauthn"),
    path("app/add/", proved(views.AddApp.as_view()), name="mfa_activate_totp"),
    path("app/remove/", proved(deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", proved(views.show_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", proved(views.make_recovery_codes), name="mfa_generate_recovery_codes"),
    path("devices/sign-out/", views.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("devices/<uuid:pk>/sign-out/", views.sign_out_device, name="sign_out_device"),
    path("typed/", views.show_kept_form, name="kept_form"),
    # While signing in, and once more
    path("second-step/", authenticate, name="mfa_authenticate"),
    path("passkey/", views.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("prove/", views.prove, name="account_reauthenticate"),
    path("prove/code/", views.send_proof_code, name="send_proof_code"),
]
