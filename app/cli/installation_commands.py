"""Commands about the installation: demo, doctor, studio."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.invoke import AsJson, look_at_business
from app.cli.output import failing_plainly, print_error, print_json, say, say_row

if TYPE_CHECKING:
    from app.clients.database.database import Database
    from app.settings import Settings
    from nodes.ports.orders import Order


def demo(
    fill: Annotated[
        bool, typer.Option("--fill", help="First, fill a shop that has no customers yet: a database of your own.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Empty the shop and fill it anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the demo shop's orders. A home begins with them; --fill puts them into an empty database of your own."""

    async def shown_orders(database: "Database", _: "Settings") -> "list[Order]":
        from app.clients.demo_shop.demo_data import demo_orders

        return await demo_orders(database, fill=fill, anew=reset)

    orders = look_at_business(shown_orders)
    if as_json:
        print_json(orders)
        return
    from nodes.money import shown

    for order in orders:
        amount = shown(order["total_cents"], order["currency"])
        say(f"{order['order_id']:>6}  {order['email']:<20} {amount:>9}  {order['status']}")
    if reset:
        print_error("The shop is as new.")
    elif not orders:
        print_error(
            "The demo's orders are not here. `switchboard demo --fill` puts them into a shop without customers."
        )


def doctor(
    check_files: Annotated[
        bool, typer.Option("--check-files", help="Also read every page of the database files in the home.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="First, go on without checkpoints that are lost, and the threads in them.")
    ] = False,
    order: Annotated[
        str | None, typer.Option(metavar="ID", help="Show this order field by field, as the workflows see it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the installation. Where everything is, what is configured, and whether it answers. Exit code 5 if not."""
    if order is not None:
        _show_order(order, as_json=as_json)
        return
    with failing_plainly():
        import asyncio

        from app.health.doctor import adopt as go_on
        from app.health.doctor import examine
        from app.settings import load

        settings = load()
        if adopt:
            asyncio.run(go_on(settings))
        report = asyncio.run(examine(settings, check_files=check_files))
    if as_json:
        print_json(report)
    else:
        for check in report["checks"]:
            say_row(["ok " if check["ok"] else "BAD", f"{check['name']:<14} {check['detail']}"], "  ")
    if not report["ok"]:
        raise typer.Exit(5)


def _show_order(order_id: str, *, as_json: bool) -> None:
    """Every field of an order, and what is missing or cannot be read. Exit code 5 if anything is."""
    with failing_plainly():
        import asyncio

        from app.health.order_report import report_on
        from app.settings import load

        report = asyncio.run(report_on(load(), order_id))
    if as_json:
        print_json(report)
    else:
        say(f"Order {report['order_id']} of {report['of']}")
        for field in report["fields"]:
            shown = "; ".join(part for part in (field["shown"], field["problem"], field["note"]) if part)
            say(f"{'BAD' if field['problem'] else 'ok '}  {field['field']:<15} {shown}")
    if not report["ok"]:
        raise typer.Exit(5)


def studio(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of the development server, on this machine only.")
    ] = 2024,
) -> None:
    """Open the workflows in LangGraph Studio. This home's threads are in it. Ctrl-C ends it."""
    with failing_plainly():
        from app.server.studio import serve
        from app.settings import load

        serve(load(), port=port, say=print_error)
