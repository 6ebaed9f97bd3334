"""The addresses under which browsers find the pages, for those who are told one."""

from ipaddress import ip_address

from server.settings import Settings


def base_address(settings: Settings, port: int | str) -> str:
    """Give the pages' address, without a slash at its end: as it is served to others, or on this machine."""
    return f"https://{settings.web_name}" if settings.web_name else f"http://localhost:{port}"


def link_address(settings: Settings, port: int | str, token: str) -> str:
    """Give the address of a one-time link."""
    return f"{base_address(settings, port)}/masuk/tautan/{token}"


def is_here(address: str | None) -> bool:
    """Tell whether a request came over loopback, straight from this machine."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:  # a unix socket has none: a proxy stands before us
        return False
