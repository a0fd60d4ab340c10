"""Every setting, read from the environment once. docs/settings.md shows this table; a test compares them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]


class Setting(Struct, frozen=True):
    """One ERRAND_ variable: its default ("" none) and what it does."""

    name: str
    default: str
    purpose: str


TABLE = (
    Setting("ERRAND_DATABASE_URL", "",
        "PostgreSQL: postgresql://USER@HOST/NAME. `up` starts one of its own without it"),
    Setting("ERRAND_REDIS_URL", "",
        "Valkey or Redis: redis:// or unix://. `up` starts one of its own without it"),
    Setting("ERRAND_HOME", "var", "the directory of everything that a run makes"),
    Setting("ERRAND_KEYS", "$ERRAND_HOME/keys", "the directory of the key files"),
    Setting("ERRAND_DOCUMENTS_KEY", "$ERRAND_KEYS/documents.key",
        "PEM: the P-256 key that seals issued documents; only the default one is made by itself"),
    Setting("ERRAND_DOCUMENTS_CERTIFICATES", "$ERRAND_KEYS/documents.crt",
        "PEM: its certificate first, then those of keys that sealed before"),
    Setting("ERRAND_DOCUMENTS_CODE_KEY", "$ERRAND_KEYS/documents-code.key",
        "PEM: the Ed25519 key that signs the QR codes of documents, then public keys that signed before"),
    Setting("ERRAND_WORKFLOWS", "workflows", "the directory of the procedures that `prepare` deploys"),
    Setting("ERRAND_HOST", "localhost", "the host of the citizens' origin; kiosk. and desk. stand before it"),
    Setting("ERRAND_SCHEME", "http", "http or https, as the browser sees it"),
    Setting("ERRAND_PORT_BASE", "8000", "the first port; the others are offsets from it"),
    Setting("ERRAND_WEB_PORT", "8000", "the port of web"),
    Setting("ERRAND_WEB_ADDRESS", "127.0.0.1", "the address on which web listens"),
    Setting("ERRAND_WEB_WORKERS", "1", "how many processes web has"),
    Setting("ERRAND_WEB_THREADS", "32", "how many requests one of them handles at a time"),
    Setting("ERRAND_LIVE_PORT", "8001", "the port of live"),
    Setting("ERRAND_LIVE_ADDRESS", "127.0.0.1", "the address on which live listens"),
    Setting("ERRAND_PUBLIC_PORT", "$ERRAND_WEB_PORT",
        "the port in addresses, where a proxy stands before web"),
    Setting("ERRAND_PUBLIC_LIVE_PORT", "$ERRAND_LIVE_PORT", "the same for live"),
    Setting("ERRAND_OIDC_ISSUER", "$ERRAND_IDP_ISSUER",
        "the identity provider; ERRAND_OIDC_KIOSK_ISSUER and so on for one channel (WEB, KIOSK, DESK)"),
    Setting("ERRAND_OIDC_CLIENT_ID", "errand-<channel>", "our client there; also by channel"),
    Setting("ERRAND_OIDC_SECRET", "", "its secret; none for a public client; also by channel"),
    Setting("ERRAND_OIDC_ACR_VALUES", "substantial", "the level that is asked for; also by channel"),
    Setting("ERRAND_OIDC_ACR_L2", "substantial high ...", "the acr values that count as L2; also by channel"),
    Setting("ERRAND_OIDC_CLAIMS", "{}", "JSON: our words for claims to the provider's; also by channel"),
    Setting("ERRAND_XROAD_URL", "http://127.0.0.1:$ERRAND_REGISTRIES_PORT", "our security server (X-Road)"),
    Setting("ERRAND_XROAD_CLIENT", "XE/GOV/2001/errand-south",
        "who we are in X-Road: instance/class/member/subsystem"),
    Setting("ERRAND_EGRESS_ALLOW", "",
        "host:port pairs inside that outgoing calls may reach, comma list; empty in production"),
    Setting("ERRAND_LIMIT_FACTOR", "1", "widens every rate limit by this factor, for tests"),
    Setting("ERRAND_PUSH_SUBJECT", "mailto:push@errand.invalid",
        "whom a push service may write to (VAPID sub)"),
    Setting("ERRAND_AUDIT_NAME", "audit.$ERRAND_HOST/dev",
        "the name under which the audit log signs its checkpoints; one log, one name, for ever"),
    Setting("ERRAND_AUDIT_KEY", "$ERRAND_KEYS/audit.pem",
        "the log's Ed25519 key (PKCS #8, PEM); prepare makes it in $ERRAND_KEYS, elsewhere it must be there"),
    Setting("ERRAND_AUDIT_MEMORY", "$ERRAND_HOME/audit/last",
        "the last signed checkpoint, outside the database; what does not fit it is not signed"),
    Setting("ERRAND_WORKER_THREADS", "8", "how many jobs a worker does at a time"),
    Setting("ERRAND_WORKER_HEARTBEAT", "3",
        "seconds between a worker's signs of life; after four it is dead"),
    Setting("ERRAND_REGISTRIES_PORT", "8010", "demo: the port of the registries"),
    Setting("ERRAND_XROAD_CLIENTS", "", "demo: the X-Road clients that the registries serve"),
    Setting("ERRAND_IDP_PORT", "8011", "demo: the port of the identity provider"),
    Setting("ERRAND_IDP_ISSUER", "http://localhost:$ERRAND_IDP_PORT", "demo: its issuer"),
    Setting("ERRAND_IDP_SECRET", "", "demo: the secret of its clients; none makes them public ones"),
    Setting("ERRAND_PUSH_PORT", "8012", "demo: the port of the push service"),
    Setting("ERRAND_DEMO_PUSH", "",
        "a push service that makes subscriptions by itself, for a demo; empty in production"),
    Setting("ERRAND_AGENT_PORT", "8020", "the port of the kiosk's agent, on the kiosk itself"),
    Setting("ERRAND_KIOSK", "3", "the label of the kiosk"),
    Setting("ERRAND_KIOSK_ORIGIN", "", "the origin of the kiosk's pages, which alone may ask the agent"),
    Setting("ERRAND_KIOSK_RESTART", "", "the command that gives the kiosk a fresh browser"),
    Setting("ERRAND_CHROMIUM", "", "tests: the browser to use"),
    Setting("ERRAND_CRASH_AT", "", "tests: named points at which a process kills itself"),
)  # fmt: skip
_BY_NAME = {setting.name: setting for setting in TABLE}


class Settings(Struct, frozen=True, kw_only=True):
    """What the processes are told."""

    database_url: str
    redis_url: str
    home: Path
    keys: Path
    documents_key: Path
    documents_certificates: Path
    documents_code_key: Path
    workflows: Path
    host: str
    scheme: str
    web_port: int
    live_port: int
    public_port: int
    public_live_port: int
    agent_port: int
    idp_port: int
    idp_issuer: str
    push_port: int
    xroad_url: str
    xroad_client: str
    egress_allow: frozenset[str]
    demo_push: str
    push_subject: str
    audit_name: str
    audit_key: Path
    audit_memory: Path
    worker_threads: int
    worker_heartbeat: float

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """From the environment; a missing database, or a number that is none, ends with a sentence."""
        env = os.environ if environment is None else environment
        if not env.get("ERRAND_DATABASE_URL"):
            raise SystemExit("ERRAND_DATABASE_URL is not set; start with ./errand up, or name a PostgreSQL.")
        return cls(
            database_url=value_of(env, "ERRAND_DATABASE_URL"),
            redis_url=value_of(env, "ERRAND_REDIS_URL"),
            home=_path(env, "ERRAND_HOME"),
            keys=_path(env, "ERRAND_KEYS"),
            documents_key=_path(env, "ERRAND_DOCUMENTS_KEY"),
            documents_certificates=_path(env, "ERRAND_DOCUMENTS_CERTIFICATES"),
            documents_code_key=_path(env, "ERRAND_DOCUMENTS_CODE_KEY"),
            workflows=_path(env, "ERRAND_WORKFLOWS"),
            host=value_of(env, "ERRAND_HOST"),
            scheme=value_of(env, "ERRAND_SCHEME"),
            web_port=_whole(env, "ERRAND_WEB_PORT"),
            live_port=_whole(env, "ERRAND_LIVE_PORT"),
            public_port=_whole(env, "ERRAND_PUBLIC_PORT"),
            public_live_port=_whole(env, "ERRAND_PUBLIC_LIVE_PORT"),
            agent_port=_whole(env, "ERRAND_AGENT_PORT"),
            idp_port=_whole(env, "ERRAND_IDP_PORT"),
            idp_issuer=value_of(env, "ERRAND_IDP_ISSUER"),
            push_port=_whole(env, "ERRAND_PUSH_PORT"),
            xroad_url=value_of(env, "ERRAND_XROAD_URL"),
            xroad_client=value_of(env, "ERRAND_XROAD_CLIENT"),
            egress_allow=_words(env, "ERRAND_EGRESS_ALLOW"),
            demo_push=value_of(env, "ERRAND_DEMO_PUSH"),
            push_subject=value_of(env, "ERRAND_PUSH_SUBJECT"),
            audit_name=value_of(env, "ERRAND_AUDIT_NAME"),
            audit_key=_path(env, "ERRAND_AUDIT_KEY"),
            audit_memory=_path(env, "ERRAND_AUDIT_MEMORY"),
            worker_threads=_whole(env, "ERRAND_WORKER_THREADS"),
            worker_heartbeat=float(value_of(env, "ERRAND_WORKER_HEARTBEAT")),
        )


def value_of(env: Mapping[str, str], name: str) -> str:
    """A setting's value, or its default with the $NAMES in it replaced."""
    given = env.get(name)
    if given:
        return given
    default = _BY_NAME[name].default
    for other in sorted(_BY_NAME, key=len, reverse=True):
        if f"${other}" in default:
            default = default.replace(f"${other}", value_of(env, other))
    return default


def _path(env: Mapping[str, str], name: str) -> Path:
    return ROOT / value_of(env, name)


def _whole(env: Mapping[str, str], name: str) -> int:
    text = value_of(env, name)
    if not (text.isascii() and text.isdigit()):
        raise SystemExit(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _words(env: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(word.strip() for word in value_of(env, name).split(",") if word.strip())
