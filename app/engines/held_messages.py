"""Messages that an earlier version has kept in the register while an approval was pending.

Since then the graph itself keeps them, in the state of its thread. Those that are left in an old home are taken first.
"""

from collections.abc import Awaitable, Callable, Sequence

from langchain_core.messages import HumanMessage

from app.engines.contract import RunResult
from app.engines.usage import added
from app.records.threads import Threads, new_thread_id
from nodes.conversation.messages import Message, read

Take = Callable[[HumanMessage], Awaitable[RunResult]]


async def in_turn(threads: Threads, thread_id: str, text: str, seen: Sequence[Message], take: Take) -> RunResult:
    """Run this message; after the kept ones, if there are any, oldest first. The last result, with every reply.

    `seen`: the thread's messages. A run that fails leaves the messages after it kept.
    """
    if not await threads.held(thread_id):
        return await take(HumanMessage(text, id=new_thread_id()))
    await threads.hold(thread_id, text)
    taken, results = {message.id for message in read(seen)}, list[RunResult]()
    for known_as, words in (await threads.held(thread_id)).items():
        if known_as not in taken:
            results.append(await take(HumanMessage(words, id=known_as)))
        await threads.release(known_as)
        if results and results[-1]["status"] == "failed":
            break
    return _joined(results)


def _joined(results: Sequence[RunResult]) -> RunResult:
    last = results[-1].copy()
    last["reply"] = "\n\n".join(result["reply"] for result in results if result["reply"]) or None
    for before in results[:-1]:
        last["usage"] = added(before["usage"], last["usage"])
    return last
