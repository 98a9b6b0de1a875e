"""Scrapy's own settings: only what differs from its defaults, each with its reason.

What an owner may choose stands in `newskeep.toml` (`config.py`); `crawl_settings.scrapy_settings` lays it over these.
"""

BOT_NAME = "newskeep"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# No Twisted reactor: a plain asyncio loop shared with APScheduler, a quarter less CPU a page, and connections whose
# address can be checked at the moment they are made (docs/decisions/0003-reactorless-scrapy.md).
TWISTED_REACTOR_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "middlewares.download.GuardedDownloadHandler",
    "https": "middlewares.download.GuardedDownloadHandler",
    # Nothing but http and https is ever followed from a page.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# Unsafe by default in Scrapy 2.19: certificates unchecked, 1 GiB bodies, three minutes, an HTTP port that runs code.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
# A body cut short is an outcome, not a page.
DOWNLOAD_FAIL_ON_DATALOSS = True

ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False
# A proxy would connect for us, past the address guard.
HTTPPROXY_ENABLED = False
# Where a link was found is nobody's business; the middleware itself must stay, redirects lean on it.
REFERRER_POLICY = "no-referrer"
REDIRECT_MAX_TIMES = 8
METAREFRESH_ENABLED = False
# Only a connection that broke is tried again at once; everything else waits for the next poll (newskeep.polling).
RETRY_TIMES = 1
RETRY_HTTP_CODES: list[int] = []
# The outcome says it, once.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
RETRY_EXCEPTIONS = ["scrapy.exceptions.DownloadFailedError", "scrapy.exceptions.ResponseDataLossError"]
# Every answer reaches the spider, which gives it its named outcome.
HTTPERROR_ALLOW_ALL = True
# A story is asked for where the archive says so; the same address twice in one crawl is still one request.
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 2
# Scrapy keeps a delay for each crawl; ours holds for all crawls and processes of a home (middlewares.turns).
DOWNLOAD_DELAY = 0
NEWSKEEP_DELAY = 1.0
# Items wait for extraction workers and for the disk; more than this in flight only costs memory.
CONCURRENT_ITEMS = 32

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "middlewares.addresses.AddressGuard": 50,
    "middlewares.robots.RobotsMiddleware": 100,
    "middlewares.mining.MiningMiddleware": 110,
    "middlewares.own_headers.OwnHeadersMiddleware": 500,
    # Behind RedirectMiddleware (600), so that it sees a redirect first.
    "middlewares.addresses.RedirectGuard": 610,
    # Scrapy's own hands on the half of a page that a cut stream held.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "middlewares.compression.WholeCompressionMiddleware": 590,
    # Credentials and offsite rules belong to crawls that wander; these follow what the archive asks for.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
}
ITEM_PIPELINES = {
    "pipelines.capture.CapturePipeline": 100,
    "pipelines.extract.ExtractPipeline": 200,
    "pipelines.pages.PagesPipeline": 250,
    "pipelines.separate.SeparatePipeline": 300,
    "pipelines.deduplicate.DeduplicatePipeline": 400,
    "pipelines.archive.ArchivePipeline": 500,
}
EXTENSIONS = {
    # The run ledger in the archive tells what these would log every minute.
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
}
LOG_LEVEL = "WARNING"
