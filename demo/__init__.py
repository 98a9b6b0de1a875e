"""The Meridian Post: an invented news site, served on loopback for the demo and for the tests.

Its markup follows what is known of RebelMouse pages, its stories are ours, and nothing here knows of newskeep: the
site is one more publisher, and what is true of its pages (`demo.expected`) comes from the stories themselves.

`texts` holds one file a story, `stories` reads them, `edition` says what stands on the site on which day, `plans` which
page promotes what, `pages` answers a request, `site` serves it.
"""
