"""The entry of a LangGraph server, and so of Studio: langgraph.json points here."""

from starlette.applications import Starlette

from app.server.hosted_graphs import hosted, lifespan

app = Starlette(lifespan=lifespan)

support = hosted("support")
answer = hosted("answer")
refund = hosted("refund")
research = hosted("research")
fulfilment = hosted("fulfilment")
writing = hosted("writing")
