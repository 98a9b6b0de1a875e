"""Scrapy spiders: the only place that knows a Scrapy response. They ask and hand on; they decide nothing."""
