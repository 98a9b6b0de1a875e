"""All stages in their order, for pages that no crawl brings: imports."""

from __future__ import annotations

from newskeep.errors import StorageError
from newskeep.fetches import Fetch
from newskeep.outcomes import Outcome
from pipelines.archive import finish
from pipelines.capture import keep
from pipelines.context import CrawlContext
from pipelines.deduplicate import with_comparables
from pipelines.extract import read
from pipelines.pages import complete
from pipelines.separate import separate
from pipelines.stage import faulted
from pipelines.work import Work


async def carry(context: CrawlContext, fetch: Fetch) -> Outcome:
    """Take one page through all stages, and give the outcome it ended with. Raises StorageError."""
    work = Work(fetch=fetch, outcome=fetch.outcome, detail=fetch.detail)
    try:
        work = await complete(context, await read(context, await keep(context, work)), None)
        work = await with_comparables(context, separate(work, source_slug=context.source.slug))
        return (await finish(context, work)).outcome
    except StorageError:
        raise
    except Exception as error:
        return (await finish(context, faulted(work, error))).outcome
