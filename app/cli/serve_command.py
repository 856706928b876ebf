"""The command that serves pages and the HTTP API: serve."""

from typing import Annotated

import typer

from app.cli.output import failing_plainly, say


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on. Others than this machine's need a proxy with TLS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8420,
) -> None:
    """Serve the inbox for approvers and the HTTP API, on this home. Ctrl-C ends it.

    Example: switchboard serve --port 8420
    """
    with failing_plainly():
        from app.extras import missing_extra
        from app.settings import load

        try:
            from app.server.web.server_process import serve as run
        except ImportError as error:
            raise missing_extra("switchboard serve", "serve") from error
        run(load(), host=host, port=port, say=say)
