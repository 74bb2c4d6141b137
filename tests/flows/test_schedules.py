"""The schedules of prefect.yaml over both changes of daylight saving: none runs twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import yaml
from prefect.server.schemas.schedules import CronSchedule

from pipelines.service.up import DEPLOYMENTS

SCHEDULES = {
    entry["name"]: entry["schedules"][0]
    for entry in yaml.safe_load(DEPLOYMENTS.read_text(encoding="utf-8"))["deployments"]
    if "schedules" in entry
}
SPRING = datetime(2027, 3, 27, 12, tzinfo=UTC)
AUTUMN = datetime(2027, 10, 30, 12, tzinfo=UTC)


def moments(name: str, start: datetime, hours: int) -> list[datetime]:
    """When a deployment runs from `start` on, as Prefect's server works it out, in UTC."""
    entry = SCHEDULES[name]
    schedule = CronSchedule(cron=entry["cron"], timezone=entry["timezone"])
    dates = asyncio.run(schedule.get_dates(500, start, start + timedelta(hours=hours)))
    return [date.astimezone(UTC) for date in dates]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # 05:30 is 04:30 UTC in winter and 03:30 UTC in summer.
        (SPRING, ["2027-03-28T03:30", "2027-03-29T03:30"]),
        (AUTUMN, ["2027-10-31T04:30", "2027-11-01T04:30"]),
    ],
)
def test_publish_runs_once_a_day(start: datetime, expected: list[str]) -> None:
    found = [moment.isoformat()[:16] for moment in moments("publish", start, 48)]
    assert found == expected


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_the_inbox_is_looked_at_every_quarter_hour(start: datetime) -> None:
    found = moments("ingest_inbox", start, 24)
    assert len(found) == len(set(found))
    steps = {(later - earlier).total_seconds() / 60 for earlier, later in pairwise(found)}
    # In autumn the hour that comes twice is looked at once: a longer step, never a shorter one.
    assert steps <= {15, 75}
    assert 15 in steps
