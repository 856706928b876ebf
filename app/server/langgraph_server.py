"""The entry of a LangGraph server, and so of Studio: langgraph.json points here.

`switchboard studio` adds the workflows of installed packages to it, each under its own name.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from app.server.hosted_graphs import hosted, lifespan
from app.server.request_guard import RequestGuard
from app.server.studio import PREFIX
from graphs import BUILT_IN, usable

app = Starlette(lifespan=lifespan, middleware=[Middleware(RequestGuard)])

globals().update({name: hosted(name) for name in BUILT_IN})
globals().update({f"{PREFIX}{name}": hosted(name) for name in usable()})
