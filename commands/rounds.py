"""What is done after a crawl beside the service's own rounds: alarms, saved searches and alerts, once.

So who polls from cron is told the same. Where a service polls the home, it does all of this by itself.
"""

from __future__ import annotations

import logging
import os

from newskeep.errors import NewskeepError
from newsroom import Newsroom
from service.alarm_round import AlarmRound
from service.sender import AlertSender
from service.watch_round import WatchRound
from storage.home_lock import poller_of

logger = logging.getLogger(__name__)


async def make_rounds(newsroom: Newsroom) -> None:
    """Make each round once; a fault in that is told and does no harm to what the crawl brought."""
    if poller_of(newsroom.config.home) is not None:
        return
    writer, clock = newsroom.writer, newsroom.clock
    try:
        await AlarmRound(writer=writer, config=lambda: newsroom.config, clock=clock, every_seconds=None).do()
        await WatchRound(writer=writer, config=lambda: newsroom.config, clock=clock).do()
        await AlertSender(writer=writer, config=lambda: newsroom.config, clock=clock, env=os.environ, at_once=True).do()
    except NewskeepError as error:
        logger.error("rounds failed error=%s", error)
