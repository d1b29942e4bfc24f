"""A review is for this machine alone: it shows a whole private text, and writes tables."""

from ipaddress import ip_address

from kg.core.errors import KgError
from kg.core.settings import Settings


def refuse_exposed(settings: Settings) -> None:
    """Raises KgError for a server with an inbox that others could reach, or without a token."""
    exposed = {
        f"--host {settings.host}": not is_loopback(settings.host),
        "KG_PUBLIC_URL": bool(settings.public_url),
        "KG_BASE_PATH": bool(settings.base_path),
        "KG_TRUSTED_PROXIES": bool(settings.trusted_proxies),
    }
    if found := [name for name, does in exposed.items() if does]:
        raise KgError(
            "--inbox shows a whole private text and writes tables: for this machine only. "
            f"Leave out {', '.join(found)}, and listen on 127.0.0.1."
        )
    if settings.token_file is None:
        raise KgError("--inbox needs --token-file F, with the token that reviewers give.")


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own (RFC 6761, section 6.3; RFC 4291, 2.5.3).

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1")
    (True, True, True)
    >>> is_loopback("0.0.0.0"), is_loopback("localhost.example.org")
    (False, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
