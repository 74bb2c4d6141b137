"""A block for mail over the office's own SMTP server; Prefect itself only has those of services.

In: the settings `mail_server` and `mail_from`, an address.
Out: `Mail`. Prefect's server finds the class by the entry point `prefect.collections`.
"""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlencode, urlsplit

from apprise import Apprise
from prefect.blocks.notifications import AppriseNotificationBlock
from pydantic import SecretStr

from pipelines.errors import InputFailure
from pipelines.home import Settings

_MODES = {"smtp": ("insecure", 25), "smtp+starttls": ("starttls", 587), "smtps": ("ssl", 465)}
"""How each kind of address speaks to the server, and on which port where none is named."""


class Mail(AppriseNotificationBlock):
    """Sends a notice to one address."""

    _block_type_name = "leerstand Mail"
    _block_type_slug = "leerstand-mail"


def mail_to(address: str, settings: Settings) -> Mail:
    """The block that sends to an address.

    Raises:
        InputFailure: the settings name no mail server, or no sender that mail can come from.
    """
    server = _server(settings.mail_server)
    mode, port = _MODES[server.scheme]
    user = f"{server.username}:{server.password or ''}@" if server.username else ""
    sender = settings.mail_from or f"leerstand@{server.hostname}"
    asked = urlencode(
        {
            "smtp": server.hostname,
            "mode": mode,
            "from": sender,
            "to": address,
            "format": "text",
        }
    )
    scheme = "mailto" if mode == "insecure" else "mailtos"
    place = f"{user}{quote(str(server.hostname))}:{server.port or port}"
    url = f"{scheme}://{place}?{asked}"
    if Apprise.instantiate(url) is None:
        raise InputFailure("no-mail-sender", sender=sender, address=address)
    return Mail(url=SecretStr(url))


def _server(address: str) -> SplitResult:
    found = urlsplit(address)
    try:
        is_usable = found.scheme in _MODES and bool(found.hostname) and found.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        # The address may hold a password, which is for nobody's screen.
        raise InputFailure("no-mail-server", kinds=", ".join(f"{kind}://" for kind in _MODES))
    return found
