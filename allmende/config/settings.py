"""Django settings. What differs between machines comes from the environment or from the data folder."""

from csp.constants import NONCE, NONE, SELF
from environs import Env, validate

from allmende.config.logs import logging_settings
from allmende.config.mail import mail_settings
from allmende.config.paths import data_folder, kept_secret, neighbours_of, secret_file
from allmende.ledger.engine_address import engine_named

env = Env()

DATA = data_folder()
LEDGER = DATA / "ledger"
LEDGER_ENGINE = engine_named(env.str("ALLMENDE_LEDGER_ENGINE", ""))
# What tells this installation from a copy of its database: a file beside it, and the machine's name.
PLACE_FILE = DATA / "keys" / "place.json"
BACKUP_BOOK = DATA / "backups.json"
# What `allmende doctor` looks at.
LEAST_FREE_MB = env.int("ALLMENDE_LEAST_FREE_MB", 500)
MOUNTS = "/proc/self/mounts"
LOCK_FILE = ""
INSTANCE = env.str("ALLMENDE_INSTANCE", "")
DEBUG = env.bool("ALLMENDE_DEBUG", False)
SECRET_KEY = env.str("ALLMENDE_SECRET_KEY", "") or kept_secret("session")
# Tokens of networks are sealed with the first of these keys and opened with all; else with those of the file, a line each.
SEALING_KEYS: list[str] = env.list("ALLMENDE_SEALING_KEYS", [])
SEALING_FILE = secret_file("sealing")
# host:port of machines that are not public and may all the same be asked, over http too; nothing else private ever is.
NEIGHBOURS = neighbours_of(env.list("ALLMENDE_NEIGHBOURS", []))
# How many accounts one worker speaks for at once: a network that hangs holds one voice, not the mouth.
VOICES = env.int("ALLMENDE_VOICES", 4, validate=validate.Range(1, 16))
ALLOWED_HOSTS = env.list("ALLMENDE_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
ORIGIN = env.str("ALLMENDE_ORIGIN", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN.startswith("https") else []

ROOMS = [
    "jobs",
    "team",
    "members",
    "channels",
    "guidelines",
    "plan",
    "editorial",
    "inbox",
    "behaviours",
    "crisis",
    "stakeholders",
    "handover",
    "hub",
    "api",
    "health",
]

INSTALLED_APPS = [
    *(f"allmende.{room}" for room in ROOMS),
    "allmende.web",
    # For its `migrate` alone; it has no rows.
    "allmende.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "csp",
]

MIDDLEWARE = [
    "allmende.config.requests.request_log",
    "allmende.config.requests.without_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pads each answer at random, so that its length gives no secret away (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "allmende.config.unchanged.screens_unchanged",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "allmende.config.urls"
WSGI_APPLICATION = "allmende.config.wsgi.application"

# Cotton and partials each wrap the loaders and would silence one another when both set themselves up.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "allmende.web.templatetags.addresses",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA / 'allmende.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "allmende.config.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "; ".join(
            f"PRAGMA {one}"
            for one in (
                "journal_mode=WAL",
                "synchronous=NORMAL",
                "secure_delete=ON",
                "cache_size=-32000",
                "mmap_size=268435456",
            )
        ),
    }
else:
    # Compiling what it guesses to be costly takes PostgreSQL a second for a search of two milliseconds.
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c jit=off".strip()
# To open a database anew means to read its schema and to plan what is asked of it, which takes longer than many answers.
DATABASES["default"]["CONN_MAX_AGE"] = 600
# See `patience.look_where_still`.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "team.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "allmende.config.accounts.InvitedOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ORIGIN.startswith("https")
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CSRF_FAILURE_VIEW = "allmende.config.absent.not_from_here"
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
USE_I18N = True
FORMAT_MODULE_PATH = "allmende.config.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# Without an address mail is only written to the log of the web process.
_mail = mail_settings(env.str("ALLMENDE_EMAIL_URL", ""))
EMAIL_BACKEND = env.str("ALLMENDE_EMAIL_BACKEND", "") or _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST", ""), _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER", ""), _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("ALLMENDE_FROM", "allmende@localhost")

# Who tells the facts around every page: counts in the rail, other workspaces, the plan in force.
SHELL = "allmende.web.queries.shell_of"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "media"}},
    "staticfiles": {"BACKEND": env.str("ALLMENDE_STATIC", "whitenoise.storage.CompressedManifestStaticFilesStorage")},
}
WHITENOISE_USE_FINDERS = DEBUG

LOGGING = logging_settings(env.str("ALLMENDE_LOG_FORMAT", "human"))

# How many calls of the API a minute are answered for one person.
API_CALLS_PER_MINUTE = env.int("ALLMENDE_API_CALLS", 120)

# Who may read /metrics from elsewhere: whoever sends this as a bearer token. Without one only this machine itself.
METRICS_TOKEN = env.str("ALLMENDE_METRICS_TOKEN", "")
