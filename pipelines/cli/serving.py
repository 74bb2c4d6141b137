"""The upload page, from the command line."""

from __future__ import annotations

from pipelines.cli.output import note, tell
from pipelines.cli.session import Session
from pipelines.portal.serve import office_link
from pipelines.portal.serve import serve as run


def serve(session: Session, host: str, port: int, *, only_key: bool) -> int:
    """Run the page until interrupted; the office's first link is told once.

    With `only_key` nothing is run: a new link of the office is made and told.

    Raises:
        ExpectedFailure: there is no home, or the page would be open to others without tokens.
    """
    home = session.home()
    if only_key:
        address = home.settings().page_url or f"http://{host}:{port}"
        tell("office-link", session.lang, link=office_link(home, address))
        return 0
    note("serving", session.lang, host=host, port=port)
    run(home, host, port, lambda link: note("office-link", session.lang, link=link))
    return 0
