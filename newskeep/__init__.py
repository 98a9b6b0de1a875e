"""The core of newskeep: pure, typed rules. No Scrapy, SQLite, clock, network or files in here."""
