"""All stages in their order, for pages that no crawl brings: imports."""

from __future__ import annotations

from newskeep.errors import StorageError
from newskeep.fetches import Fetch
from newskeep.outcomes import Outcome
from pipelines.archive import finish
from pipelines.capture import keep
from pipelines.context import CrawlContext, ReadContext
from pipelines.deduplicate import with_comparables
from pipelines.ends import End
from pipelines.extract import read
from pipelines.pages import complete
from pipelines.separate import separate
from pipelines.stage import faulted
from pipelines.work import Work


async def carry(context: CrawlContext, fetch: Fetch, *, capture_id: int | None = None) -> Outcome:
    """Take one page through all stages, and give the outcome it ended with. Raises StorageError.

    `capture_id` is set where its bytes are kept already.
    """
    work = Work(fetch=fetch, outcome=fetch.outcome, detail=fetch.detail, capture_id=capture_id)
    try:
        work = await understand(context, work if capture_id is not None else await keep(context, work))
    except StorageError:
        raise
    except Exception as error:
        work = faulted(work, error)
    return (await settle(context, work)).outcome


async def understand(context: ReadContext, work: Work) -> Work:
    """Read a page whose bytes are kept, and find its stories or its outcome; nothing is written."""
    return separate(await complete(context, await read(context, work), None), source_slug=context.source.slug)


async def settle(context: CrawlContext, work: Work) -> End:
    """Write what a page brought, and give how it ended. Raises StorageError."""
    try:
        return await finish(context, await with_comparables(context, work))
    except StorageError:
        raise
    except Exception as error:
        return await finish(context, faulted(work, error))
