"""The demonstration: the examples through the Prefect flow on its embedded server."""

from __future__ import annotations

import filecmp
import json
import shutil
from pathlib import Path

from pipelines.cli.office import summary_text
from pipelines.cli.output import note, say, tell
from pipelines.cli.session import Session
from pipelines.home import MARKER, Home, make_home
from pipelines.service.prefect_home import is_prefect_configured, settle_prefect
from pipelines.store.edition import find_edition
from pipelines.store.query import run_query
from pipelines.store.summary import district_summary
from raw.examples import AREAS, DEMO, FOLDER, NOTICE

FOLDER_NAME = Path("demo")


def demo(session: Session) -> int:
    """Make a home from the examples, run the flow, show the district table and the page."""
    home = demo_home(session.root if session.home_named else FOLDER_NAME)
    if not is_prefect_configured():
        settle_prefect(home.root)
    note("demo-starts", session.lang)
    from pipelines.flows import refresh  # late: Prefect reads its settings at import

    rows, published = refresh(str(home.root))
    news = [row for row in rows if row["duplicate_of"] is None]
    if not news and not published.written:
        tell("demo-same", session.lang)
    say(summary_text(district_summary(find_edition(home).path), session.lang))
    label, count = most_vacant_section(home)
    tell("demo-section", session.lang, label=label, count=count)
    tell("page", session.lang, page=published.page)
    return 0


def most_vacant_section(home: Home) -> tuple[str, int]:
    """The street section with most vacant shops in one wave, and how many."""
    query = (
        "SELECT section, vacant_shops FROM street_sections"
        " ORDER BY vacant_shops DESC, section LIMIT 1"
    )
    rows = json.loads(run_query(find_edition(home).path, query, "json"))
    return rows[0]["section"], rows[0]["vacant_shops"]


def demo_home(root: Path) -> Home:
    """The home of the demonstration, the example workbooks in its inbox."""
    if not (root / MARKER).exists():
        make_home(root)
        (root / MARKER).write_text(f'notice = "{NOTICE}"\n', encoding="utf-8")
    home = make_home(root)
    shutil.copytree(AREAS, home.areas, dirs_exist_ok=True)
    for team, files in DEMO.items():
        folder = home.inbox / team
        folder.mkdir(exist_ok=True)
        for file in files:
            if not (folder / file).exists() or not filecmp.cmp(FOLDER / file, folder / file):
                shutil.copy2(FOLDER / file, folder / file)
    return home
