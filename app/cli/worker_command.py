"""The command that does the work of runs on Temporal: worker."""

from typing import Annotated, Any

import typer

from app.cli.output import failing_plainly, print_error


def worker(
    address: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="The server; left out: SWITCHBOARD_TEMPORAL_ADDRESS.")
    ] = None,
    namespace: Annotated[str | None, typer.Option(help="Left out: SWITCHBOARD_TEMPORAL_NAMESPACE.")] = None,
    task_queue: Annotated[str | None, typer.Option(help="Left out: SWITCHBOARD_TEMPORAL_TASK_QUEUE.")] = None,
    build: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Take part in worker versioning under this build id.")
    ] = None,
    dev: Annotated[
        bool, typer.Option("--dev", help="Start a development server too, for this machine, on a file in the home.")
    ] = False,
) -> None:
    """Run workflows that were started with --engine temporal. Any number of workers share the work. Ctrl-C ends it.

    Example: switchboard worker --dev
    """
    named = {"temporal_address": address, "temporal_namespace": namespace, "temporal_task_queue": task_queue}
    settings: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    with failing_plainly():
        import asyncio

        from app.extras import missing_extra
        from app.settings import load

        try:
            from app.engines.temporal.worker import serve
        except ImportError as error:
            raise missing_extra("Temporal", "temporal") from error
        asyncio.run(serve(load(**settings), say=print_error, build=build, with_server=dev))
