"""The command for other agents: mcp."""

import sys

from app.cli.output import failing_plainly, print_hint


def mcp() -> None:
    """Let other agents ask support, look up orders and request refunds: an MCP server on stdin and stdout.

    No tool decides, resumes or changes anything. Put `switchboard mcp` into the configuration of your MCP client.
    """
    with failing_plainly():
        import asyncio

        from app.extras import missing_extra
        from app.settings import load

        try:
            from app.server.mcp_server import serve
        except ImportError as error:
            raise missing_extra("`switchboard mcp`", "mcp") from error
        if sys.stdin.isatty():
            print_hint("An MCP client starts this server and talks to it on stdin and stdout. Ctrl-C ends it.")
        asyncio.run(serve(load()))
