"""The upload page, from the command line."""

from __future__ import annotations

from pipelines.cli.output import note
from pipelines.cli.session import Session
from pipelines.portal.serve import serve as run


def serve(session: Session, host: str, port: int) -> int:
    """Run the page until interrupted; the office's first link is told once.

    Raises:
        ExpectedFailure: there is no home, or the page would be open to others without tokens.
    """
    home = session.home()
    note("serving", session.lang, host=host, port=port)
    run(home, host, port, lambda link: note("office-link", session.lang, link=link))
    return 0
