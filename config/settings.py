"""Every setting, from the environment (or, secrets, from files that it names), with safe defaults.

SIDELIGHT_MODE says what this process is: `production` (the default), `demo` (a seeded site with invented
people, one click to sign in as any of them) or `test`. Production refuses to start without SECRET_KEY,
ENCRYPTION_KEYS, ALLOWED_HOSTS and DATABASE_URL; demo and test make do with keys and a database of their own
under `var/`.
docs/operations.md lists the variables.
"""

import os
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
import fontpkg_atkinson_hyperlegible
import pghistory
from django.core.exceptions import ImproperlyConfigured

from config import postgres
from config.bodies import FORM
from config.headers import ALWAYS, POLICY
from config.logs.setup import settings_of
from config.mail import mailers
from config.patience import options
from config.phone import provider
from config.push import make_private_key, vapid
from config.sealing import check_keys, make_key
from config.secret_files import with_secret_files
from config.secret_key import kept, kept_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

ENVIRONMENT = with_secret_files(os.environ)
env = environ.Env()
env.ENVIRON = ENVIRONMENT

MODE = env.str("SIDELIGHT_MODE", "production")
if MODE not in ("production", "demo", "test"):
    raise ImproperlyConfigured(f"SIDELIGHT_MODE is {MODE!r}; it must be production, demo or test.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
TESTING = MODE == "test"

NEEDED = ("SECRET_KEY", "ENCRYPTION_KEYS", "ALLOWED_HOSTS", "DATABASE_URL")
if PRODUCTION and (missing := [name for name in NEEDED if not env.str(name, "")]):
    raise ImproperlyConfigured(
        f"Sidelight will not start in production without {', '.join(missing)}. "
        "Set them in the environment; docs/operations.md says how."
    )

DEBUG = env.bool("DEBUG", False) and not PRODUCTION
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret_key(VAR_DIR)
ENCRYPTION_KEYS = check_keys(
    env.list("ENCRYPTION_KEYS", default=[]) or [kept(VAR_DIR / "encryption-key", make_key)]
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION and ALLOWED_HOSTS[0].startswith(("*", ".")) and not env.str("SITE_URL", ""):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS begins with a pattern: set SITE_URL too, or links in alerts would lead nowhere."
    )
# What links in e-mails begin with; they are made by the worker, which has no request to learn it from.
SITE_URL = env.str(
    "SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000"
).rstrip("/")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "accounts",
    "education",
    "tracker",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.requests.RequestId",
    "config.headers.SafetyHeaders",
    "config.middleware.NoOpenSecrets",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pads its answers by a random length, so that their size tells nothing of what is in them (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # before whatever may answer with an error page
    "config.middleware.RefuseUnreadable",
    "config.bodies.SmallEnough",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.AsThemselves",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SignedInLongEnough",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.PrivateUnlessPublic",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.csp",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "config.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "sidelight"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("sidelight",)
CRISPY_FAIL_SILENTLY = False

# --- Data ---------------------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db_url_config(env.str("DATABASE_URL", "") or postgres.url(VAR_DIR)),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"]["ENGINE"] = "config.database"
DATABASES["default"].setdefault("OPTIONS", {})["server_side_binding"] = True
# In tests alone: the owner of the database writes what a test begins with, requests ask as the app would.
DATABASE_ROLE_OF_REQUESTS = "sidelight_app" if TESTING else ""
for each in DATABASES.values():  # how long who waits: config/patience.py
    each["OPTIONS"]["options"] = options(each["OPTIONS"].get("options", ""))
# What `pghistory.track()` records by trigger, bulk changes too. Its own default forgets deletions.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
# In PostgreSQL, so that every process counts the same tries at signing in. Roomy: when it is full, Django
# throws out what it likes. What must not be thrown out is in a table of its own: accounts.models.tries.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- Who people are -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NoWordOfTheHouse"},
    {"NAME": "accounts.passwords.NotFromABreach"},
]
BREACHED_PASSWORDS = env.str("BREACHED_PASSWORDS", "")  # a file: see accounts/passwords.py
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_request_login_code"

ACCOUNT_ADAPTER = "accounts.adapter.ByInvitation"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1",
]  # sign-up is closed; gives the sign-in page its password field
ACCOUNT_FORMS = {
    "request_login_code": "accounts.forms.AskForCode",
    "confirm_login_code": "accounts.forms.EnterCode",
    "login": "accounts.forms.SignInWithPassword",
    "reset_password": "accounts.forms.AskForLink",
}
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # the code by e-mail is the proof; accounts begin with an invitation by e-mail
)
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}  # three tries a code
# Django's: allauth's writes a row for somebody whom it knows, and so takes longer. Both hold the address.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds; the link leads to a new password, not past the second step
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # seconds; the longest that ASVS 6.5.5 allows
# Codes on paper: tries from one address, and from everywhere together, so that guessing leads nowhere.
# Passwords and codes of one person are counted by accounts.limits; here, what comes from one address.
ACCOUNT_RATE_LIMITS = {
    "enter_code": "10/10m/ip,600/h/key",
    "login_failed": "30/m/ip",
    "break_glass": "10/h/user",  # whoever needs more has somebody to call
    "page_answer": "30/10m/ip,3000/h/key",  # "Was this page helpful?"; a ward shares an address
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # for our adapter, which makes that mail and sends nothing
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True

MFA_ADAPTER = "accounts.mfa.Sealed"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # recovery codes are ours: accounts/recovery.py
RECOVERY_CODE_ROUNDS = 1_000 if TESTING else 600_000  # of PBKDF2, as OWASP asks for passwords
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks are off by half a minute; no code is taken twice
MFA_FORMS = {
    "authenticate": "accounts.signin.forms.AppCode",
    "authenticate_webauthn": "accounts.signin.forms.Passkey",
    "login_webauthn": "accounts.signin.forms.PasskeyAlone",
    "add_webauthn": "accounts.signin.forms.NewPasskey",
    "activate_totp": "accounts.signin.forms.NewApp",
}

# --- Words and clocks ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]  # each in its own words
STAFF_LANGUAGES = frozenset({"en", "es"})  # that the pages of teams are in
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LOCALE_PATHS = [VAR_DIR / "locale"]  # made of locale/ by config.messages
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")

# --- Files that browsers fetch ------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fonts", Path(fontpkg_atkinson_hyperlegible.__file__).parent / "files"),
]
# Told that files may change, WhiteNoise does not read all of STATIC_ROOT for each client of a test.
WHITENOISE_AUTOREFRESH = TESTING
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our pages
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "config.static.HashedStaticFiles"
            if not TESTING
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- Mail ---------------------------------------------------------------------------------------------------

MAIL_AT_ONCE = TESTING  # elsewhere a page does not wait for the mail that it sends
MAIL_DIR = VAR_DIR / "mail"  # where the demo's mail lands
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", "")
MAILERS = mailers(
    env.str("EMAIL_URL", "smtp://localhost:25" if PRODUCTION and not EMAIL_PROVIDER else ""),
    MAIL_DIR,
    EMAIL_PROVIDER,
    ENVIRONMENT,
)
# Mail servers refuse what comes from localhost, and then alerts only wait.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Sidelight <no-reply@{urlsplit(SITE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = env.list("ADMINS", default=[])

# --- Other ways to reach the care team ----------------------------------------------------------------------

# None: people are told by what is left, e-mail at least.
PHONE_PROVIDER = provider(env.str("PHONE_URL", ""))
VAPID = vapid(
    env.str("VAPID_PRIVATE_KEY", "") or ("" if PRODUCTION else kept(VAR_DIR / "vapid-key", make_private_key)),
    contact="mailto:" + (parseaddr(DEFAULT_FROM_EMAIL)[1] if PRODUCTION else "nobody@example.org"),
    public_key=env.str("VAPID_PUBLIC_KEY", ""),
)

# An invented patient's flag goes the whole way every five minutes; see tracker/alerts/canary.py.
CANARY = env.bool("CANARY", not TESTING)
# Where webhooks of teams may lead, by how their addresses begin; see tracker/alerts/webhooks.py.
WEBHOOKS_TO = env.list("WEBHOOKS_TO", default=[]) if PRODUCTION else None
# Pinged every minute while all is well: whoever watches it raises the alarm when it falls silent.
DEADMAN_URL = env.str("DEADMAN_URL", "")

# --- Safety in the browser ----------------------------------------------------------------------------------

SECURE_CSP = POLICY
X_FRAME_OPTIONS = ALWAYS["X-Frame-Options"]
SECURE_REFERRER_POLICY = ALWAYS["Referrer-Policy"]
SECURE_CROSS_ORIGIN_OPENER_POLICY = ALWAYS["Cross-Origin-Opener-Policy"]
# Lax, not Strict: with Strict whoever follows a link in a mail comes as a stranger, and a nurse stands before
# the sign-in page in place of the flag.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
# A browser takes what begins so over HTTPS alone, for one host and from that host alone: no other site of the
# hospital's domain can plant a cookie of ours. The demo speaks plain HTTP.
_HOST = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_HOST}django_language"
MESSAGES_COOKIE_NAME = f"{_HOST}messages"  # ours: Django has no setting for it
MESSAGE_STORAGE = "config.cookies.Messages"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_PROXY", False):  # only where the proxy always sets or strips these headers
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        # Else everybody comes from the proxy's address, and shares its tries at signing in.
        ALLAUTH_TRUSTED_PROXY_COUNT = 1
# A request keeps the name that the proxy gave it; from anybody else we take none.
REQUEST_ID_FROM_PROXY = PRODUCTION and env.bool("BEHIND_PROXY", False)

# --- What we take -------------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = FORM
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = [
    "config.bodies.FilesWhereWanted",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- The record of who looked at whom -----------------------------------------------------------------------

# Where the newest seal is told each day, beside the mail to privacy officers: a file that lies elsewhere than
# the database, or an address that takes a POST.
AUDIT_ANCHOR_FILE = env.str("AUDIT_ANCHOR_FILE", "")
AUDIT_ANCHOR_URL = env.str("AUDIT_ANCHOR_URL", "")

# --- Watching -----------------------------------------------------------------------------------------------

WORKER_SILENT_AFTER = timedelta(
    seconds=30
)  # /readyz fails and team pages warn when the last heartbeat is older
BOARD_POLL_SECONDS = 20  # how often an open board asks whether anything has changed
LOGGING_CONFIG = "config.logs.setup.configure"
LOGGING = settings_of(production=PRODUCTION, level=env.str("LOG_LEVEL", "INFO"))
# Nothing asks for a report of Django's while DEBUG is off; whatever should gets what the log has.
DEFAULT_EXCEPTION_REPORTER = "config.logs.reports.Scrubbed"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.logs.reports.HidesEverything"
