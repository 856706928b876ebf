"""What takes back a request that waits, in a whole message of a few words."""

import time

import pytest

from app.clients.language.second_thoughts import drops_request

TAKEN_BACK = [
    "no", "nah", "N", "wait no", "no way", "absolutely not", "rather not", "pls dont", "please don't bother", "refund? no",
    "no money please", "please do not proceed", "do not go ahead with it", "please refrain from refunding",
    "gave it to my brother so no refund",
    "can you cancel it?",
    "bin it", "please void", "unrefund me", "cancel refund for 12345", "cancle my refund", "forgt it", "nevermnd", "cancel my reqest",
    "you can close the request", "please consider it withdrawn", "I'd like to recall my request", "disregard my last message",
    "forget what I said", "call off the refund", "I'm backing out", "the refund is off", "no longer necessary", "request cancelled",
    "the refund is no longer needed", "you dont have to refund it", "I dont need it refunded", "ive changed my mind",
    "just kidding", "lol jk", "that was a test", "it was a joke", "I sent that by mistake", "i never asked for a refund",
    "my account was hacked", "my toddler sent this", "my cat walked over the keyboard", "I know nothing of a refund",
    "works now", "the grinder works now, thanks", "it's fixed", "problem solved", "now it runs", "turns out it was unplugged",
    "nevermind i fixed it", "12345 is fine now", "found the manual, it works", "it wasn't broken, I forgot to plug it in",
    "I'm keeping the grinder", "ive decided to keep it", "I keep 12345", "my wife wants to keep it", "I won't return it",
    "I want a replacement instead of a refund", "please replace it instead of refunding", "my bank already refunded me",
]  # fmt: skip
IN_MAILS = [
    "Kindly cancel my request.", "Please cancel the refund I asked for.", "I am withdrawing my request.",
    "I'd like to take back my request.",
    "Please treat my request as withdrawn.", "I've decided against the refund.", "No refund is needed any more.",
    "Thanks for your message. I've decided that I don't want the refund after all.",
    "The refund is no longer necessary because I managed to get the grinder running again.",
    "Actually, please don't refund the grinder, I have grown to like it.", "Please tell your colleague not to approve it.",
    "If it is not too late, please cancel my refund request, I would like to keep the grinder.",
    "Can I please take my refund request back? The grinder is okay.", "I'd be grateful if you could cancel my request.",
    "Dear team,\n\nplease stop the refund for the grinder, it works now.\n\nKind regards, Ada",
    "You can close my refund request now, I don't want the money back any longer.",
    "PayPal has already refunded me, so please do not refund order 12345 a second time.",
]  # fmt: skip
NOT_IN_MAILS = [
    "Why did you cancel my refund?", "They rejected my refund.", "Please don't cancel my request.",
    "If it takes longer, cancel my refund request.",
    "Do not close my case before I have the money.", "Did somebody stop the refund?", "My bank says you cancelled the refund.",
    "When will you stop ignoring my request?", "I want to cancel my account", "no refund yet", "no money yet", "oh no!", "no kidding",
    "the website works now", "Please do not forget the refund.", "I never said that I don't want the refund.",
    "Can you confirm that nobody will cancel my request?", "Cancel my newsletter, and pay my refund.",
    "forget my last message, just refund it",
    "> Do you want us to cancel your request?\n\nno",
    "please close the case quickly by refunding me",
    "Leave the refund on my card",
    "Please stop the refund theatre and pay",
    "I don't need a refund receipt",
    "I do not want a refund in vouchers",
    "I don't want a refund to my old card, use the new one",
    "any news?\n\nOn Monday Ada wrote:\n> please cancel my request",
]  # fmt: skip
KEPT = [
    "any news?", "thanks", "hello", "ok", "sure", "fine", "all good", "it's fine", "no problem", "no worries", "ok no problem, thanks",
    "no rush", "sounds good", "that works", "works for me", "it does not work", "it's still not working", "the grinder doesn't run",
    "it stopped working", "it broke again", "no news yet", "no reply", "nothing", "nothing has happened", "not refunded yet",
    "you did not refund me", "I have not received the money", "it never arrived", "I still want it", "please hurry", "I keep waiting",
    "please don't forget my refund", "don't cancel it", "do not stop", "stop ignoring me", "that's a joke", "you must be kidding",
    "I found the receipt", "I want my money back", "I don't want it any more", "my son sent it back yesterday", "here is a photo",
    "don't send it to the old card", "do not pay it to my old card", "should I keep it?", "wait", "hold on",
    "my email is ada@example.com", "12345", "only half please",
]  # fmt: skip


@pytest.mark.parametrize("text", [*TAKEN_BACK, *IN_MAILS])
def test_it_takes_the_request_back(text: str) -> None:
    assert drops_request(text)


@pytest.mark.parametrize("text", [*KEPT, *NOT_IN_MAILS])
def test_it_does_not(text: str) -> None:
    assert not drops_request(text)


@pytest.mark.parametrize(
    "part", ["no ", "please ", "it is ", "i want to ", "by ", "replacement ", "keep ", "refund ", "wait, ", "my "]
)
def test_no_message_stalls_it(part: str) -> None:
    began = time.process_time()
    drops_request((part * 200)[:200])
    assert time.process_time() - began < 5
