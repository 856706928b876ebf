"""`switchboard mcp`: the tools of agent_tools.py by the Model Context Protocol."""

import logging
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError

from app.approvals.sign_in import note_who_acts
from app.plain_words import what_is_wrong
from app.runtime import open_runtime
from app.server.agent_tools import AgentTools
from app.settings import Settings
from nodes.ports.errors import InvalidInput, NotConfigured, Retryable, SwitchboardError, ThreadBusy, UnknownThread

_log = logging.getLogger("switchboard.agents")

INSTRUCTIONS = (
    "A shop's support. Ask it in the customer's words, look up an order, or request a refund. Refunds above a limit wait for "
    "a human at the shop: read the thread later. Nothing here approves, decides or changes anything else."
)
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
REQUESTS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


class AgentServer(MCPServer[Any]):
    """An MCP server whose errors are the sentences of our errors."""

    def __init__(self, tools: AgentTools) -> None:
        super().__init__("switchboard", instructions=INSTRUCTIONS, log_level="WARNING")
        self.add_tool(tools.ask_support, annotations=REQUESTS)
        self.add_tool(tools.look_up_order, annotations=READS)
        self.add_tool(tools.request_refund, annotations=REQUESTS)
        self.add_tool(tools.read_thread, annotations=READS)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        takes = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}.get(name, arguments)
        if unknown := sorted(set(arguments) - set(takes)):  # a misspelt amount would be left out, and all be refunded
            raise ToolError(f"{name} takes no {unknown[0][:80]!r}; it takes {', '.join(takes)}.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(_sentence(cause)) from cause
            if isinstance(cause, SwitchboardError):
                raise ToolError(_for_agents(cause)) from cause
            if isinstance(error, UnexpectedToolError):
                raise UnexpectedToolError(f"{name} failed for a reason that only the server's log has.") from cause
            raise


async def serve(settings: Settings) -> None:
    """On stdin and stdout, until stdin is closed."""
    async with open_runtime(settings) as switchboard:
        await note_who_acts(switchboard.engine.people, switchboard.engine.settings)
        await AgentServer(AgentTools(switchboard)).run_stdio_async()


def _for_agents(error: SwitchboardError) -> str:
    """Other errors are for the shop: about its settings, its files and its command line."""
    match error:
        case InvalidInput() | UnknownThread():
            return str(error)
        case ThreadBusy():
            return "The conversation is at work. Call again in a moment."
        case NotConfigured() | Retryable():
            _log.warning("A tool failed: %s", error)
            return "The shop cannot answer now. Call again later."
    _log.warning("A tool was refused: %s", error)
    return "This cannot go on without a person at the shop. Ask support for one, in a new conversation."


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))} cannot be used: {what_is_wrong(first)}."
