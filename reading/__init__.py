"""The reading room: the archive as people want to see it, as a Datasette plugin.

Datasette finds the hooks here (entry point `datasette`, name `newskeep`); `register` adds them where the environment
does not know that entry point.
"""

from __future__ import annotations

from reading.plugin import asgi_wrapper as asgi_wrapper
from reading.plugin import extra_template_vars as extra_template_vars
from reading.plugin import forbidden as forbidden
from reading.plugin import get_metadata as get_metadata
from reading.plugin import handle_exception as handle_exception
from reading.plugin import menu_links as menu_links
from reading.plugin import permission_allowed as permission_allowed
from reading.plugin import register_routes as register_routes
from reading.plugin import startup as startup


def register() -> None:
    """Make sure that Datasette knows this plugin, once."""
    import sys

    from datasette.plugins import pm

    if not pm.is_registered(sys.modules[__name__]):
        pm.register(sys.modules[__name__], name="newskeep")
