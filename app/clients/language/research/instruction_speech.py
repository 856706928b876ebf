"""How people speak to a program that reads for them, and to nobody else: by what it is at, what it hides, and what it may do.

Each group is a kind of attack, and takes what is common to its wordings. Documents speak to their readers too ("run this
command", "tell the customer"), so every form has something that only makes sense to a program.
"""

import re
from difflib import get_close_matches
from functools import lru_cache

_SAY = (
    r"(?:say|state|answer|reply|respond|claim|append|output|add|mention|name|tell|suggest|recommend|give|include|write|insert|switch"
    r"|describe|call|praise|present|quote|cite|omit|leave|use)"
)
_MADE = r"(?:answer|reply|response|summary|report|output|conclusion|text|message|translation|overview)"
_PROGRAM = (
    r"(?:A\.?I\.?|LLM|chat ?bot|bot|assistant|language\ model|chatgpt|claude|gemini|copilot|crawler|summari[sz]er)s?"
)
_ASKER = r"(?:user|reader|customer|person|visitor|someone|somebody|anyone|anybody|people|human)s?"
_OWNER = (
    r"(?:developers?|operators?|owners?|administrators?|admins?|makers?|creators?|principal|platform|vendor|maintainers?|provider"
    r"|engineers?|trainers?|programmers?)"
)
_OWN_RULES = r"(?:instructions?|rules|prompts?|directions|directives|guidelines|orders|policies|guidance|constraints|restrictions)"

_NAMES = (
    "ai ais llm llms bot bots chatbot chatbots assistant assistants language chatgpt claude gemini copilot crawler crawlers"
    " summariser summarisers summarizer summarizers model models"
)
_KINDS = (
    # what came before
    (
        "precedence priority preceding previous earlier prior above before counts says drop skip forget "
        "abandon reset below conflict contradict forbid disagree differ ignore override unless instructions "
        "rules",
        rf"""
      \b(?:takes?|has|have)\ (?:precedence|priority)\ over\ (?:any|every|all|your|what)\w*\ (?:\w+\ ){{0,4}}?(?:you
      |{_OWN_RULES}|else)\b
    | \b(?:treat|regard|consider)\ (?:all\ |any\ |the\ |everything\ )*(?:preceding|previous|earlier|prior|above
      |before)\b[^.]{{0,40}}
      \b(?:void|invalid|cancelled|obsolete|deleted|untrue|a\ test)\b
    | \b(?:everything|anything|all|whatever)\ (?:that\ (?:stands|is|came)\ )?(?:above|before)\ (?:this
      |here)\b[^.]{{0,60}}
      \b(?:test|void|wrong|draft|cancelled|thrown|outdated|mistake|example|removed|replaced)\b
    | ^\W*only\ what\ this\ (?:page|text|document|message)\ says\ counts | \bonly\ what\ (?:this|the)\ (?:page|text
      |document)\ says\b
    | ^\W*(?:drop|skip|forget|abandon|drop)\ the\ (?:question|task|request|query)\ (?:that\ )?you\ (?:were|have|got
      |had)\b
    | \breset\ your\ (?:context|memory|state)\b | \b(?:text|everything)\ below\ is\ your\ (?:new|real|only)\b
    | \bif\ your\ (?:\w+\ )?{_OWN_RULES}\ (?:conflict|contradict|forbid|disagree|say|differ)\b
    | \bignore\ your\ (?:\w+\ )?{_OWN_RULES}\b | \boverride\ your\ (?:\w+\ )?(?:{_OWN_RULES}|goals?|objectives?
      |task)\b
    | \bunless\ (?:told|instructed)\ otherwise\ by\ this\ (?:page|text|document)\b
    """,
    ),
    # who speaks
    (
        "you your obeyed behalf mode filters checks limits user customer developer developers operator "
        "operators owner owners administrator administrators admin admins maker makers creator creators "
        "principal platform vendor maintainer maintainers provider engineer engineers trainer trainers "
        "programmer programmers " + _NAMES,
        rf"""
      \bI\ am\ (?:the|your)\ {_OWNER}\ of\ (?:this|the)\ (?:service|assistant|system|bot|model|agent|chatbot)\b
    | \b(?:messages?|notice|note|directive|orders?|instructions?|request|announcement)\ (?:comes?\ |is\ |was\ |sent\
      |coming\ )*
      (?:from|by|of)\ (?:the|your)\ {_OWNER}\b(?:\ team)?(?:[^.]{{0,40}}\bobey|\s*[:;,]|\ of\ (?:the
      |this)\ (?:assistant|model|bot|agent))
    | \b(?:has|have|is|are)\ to\ be\ obeyed\b | \bmust\ be\ obeyed\ (?:by|at)\b
    | \byour\ (?:owner|user|operator|principal|developer|maker|creator)s?\ (?:has\ |have\ )?(?:asked|wants?|ordered
      |decided|confirmed
      |agreed|said|told|approved|instructed|demands?)\ (?:that|you|the|a|every|all|to)\b
    | \bon\ behalf\ of\ (?:the|your)\ (?:user|operator|principal|developer)s?\s*:
    | \b(?:the|your)\ (?:user|customer|person\ you\ are\ \w+ing\ (?:to|with))\ (?:has\ |have\ )?(?:already\ )?(?:gave
      |given|agreed|consented
      |approved|permitted|authori[sz]ed|allowed)\b[^.]{{0,40}}\b(?:you\b|skip|bypass|without\ (?:check|verif)
      |all\ of\ the\ \w+\ below|checks)
    | \bI\ (?:hereby\ )?(?:allow|authori[sz]e|permit|instruct|order|command)\ you\ to\b
    | \b(?:who|that|which)\ (?:built|made|trained|run|runs|operate|operates|deployed|created)\ (?:you
      |this\ (?:assistant|bot|chatbot|model))\b
    | \b(?:applies|apply|addressed|directed|goes|speaks)\ to\ (?:all|any|every)\ {_PROGRAM}\b
    | \byou\ are\ (?:now\ )?in\ (?:\w+\ )?(?:maintenance|debug|developer|admin|test|safe|god|unrestricted|training
      |evaluation)\ mode\b
    | \b(?:you\ have\ been|you\ were)\ (?:upgraded|switched|moved|promoted|reset)\ to\ (?:\w+\ )?mode\b
    | ^\W*(?:enter|switch\ to|activate|enable)\ (?:\w+\ )?(?:debug|developer|admin|god|unrestricted
      |jailbreak)\ mode\ and\b
    | \b(?:safety|security|content)\ (?:checks|filters|rules|limits)\ (?:have\ been|are|were)\ (?:switched\ off
      |turned\ off|disabled|lifted)
    | \byour\ (?:supervisor|boss|manager|employer)\ (?:wants|asked\ for|expects|requests)\ (?:the|your
      |an?)\ (?:\w+\ )?{_MADE}\b
    """,
    ),
    # what is to be said
    (
        "you your answer summary report reply conclusion output final whatever rate questions question tell "
        "following says say state claim",
        rf"""
      ^\W*(?:only\ ever|always|only)\ (?:say|answer|reply|state|claim)\ (?:that|with|the)\b
    | ^\W*whatever\ (?:the\ question|is\ asked|you\ are\ asked|they\ ask|else\ you)\b
      | \bwhatever\ else\ you\ (?:find|read|see|know)\b
    | \b(?:say|state|write|claim|report)\ that\ the\ answer\ (?:is|was|could|cannot|can)\b
    | \bthe\ {_MADE}\ (?:that\ )?you\ (?:\w+\ )?(?:produce|write|give|make|generate|return|send|compose|create)\b
    | ^\W*in\ (?:your|the)\ (?:conclusion|summary|reply|answer|final\ \w+|output|report),?\ (?:please\ )?{_SAY}\b
    | \b(?:finish|end|start|begin|open|close|conclude)\ your\ (?:\w+\ )?(?!message){_MADE}\b | \bat\ the\ (?:top|end
      |start|beginning)\ of\ your\ {_MADE}\b
    | ^\W*(?:do\ not|don't|never)\ (?:mention|cite|quote|use|name)\b[^.]{{0,60}}\bin\ your\ {_MADE}\b
    | ^\W*then\ \w+\b[^.]{{0,40}}\bin\ your\ {_MADE}\b
    | \bwhen\ you\ (?:compare|rank|rate|choose|weigh)\ (?:the\ )?sources\b | ^\W*rate\ this\ (?:page|text|document
      |source)\b
    | ^\W*(?:please\ )?{_SAY}\b[^.]{{0,60}}\b(?:even\ though|although)\ this\ (?:page|text|document)\ does\ not\b
    | ^\W*answer\ (?:all\ |any\ |every\ )?questions?\ (?:about|on)\ [^.]{{1,50}}\bwith\ ["'“‘]
    | ^\W*tell\ (?:people|everyone|everybody|anyone|whoever|those)\ who\ asks?\b
    | ^\W*(?:in|for)\ (?:any|every)\ (?:report|summary|answer)\ (?:about|on|of)\ this\b
    | \bput\ the\ following\ (?:sentence|words|text|line)\b
    """,
    ),
    # when it is to be said
    (
        "summarised summarized processed translated analysed analyzed indexed user users reader readers "
        "anyone anybody someone somebody they question questions read reading summary answer reply report "
        "time steer word phrase name summarising summarizing answering replying responding asked unable able "
        "unwilling tools",
        rf"""
      ^\W*if\ (?:this|the)\ (?:text|page|document|message|article)\ is\ (?:being\ )?(?:summari[sz]ed|processed
      |translated|analy[sz]ed|indexed)\b
    | ^\W*(?:if|when|whenever|should|in\ case|any\ time|every\ time|each\ time)\ (?:an?\ |the\ |any\ |your\ )?(?:user
      |reader)s?\ (?:\w+\ )?
      (?:mention|ask|want|need|inquire|bring|talk|speak)\w*\b[^,]{{0,60}},\ (?:please\ |always\ |just\ )?{_SAY}\b
    | ^\W*(?:if|when|whenever)\ (?:anyone|anybody|someone|somebody|they)\ asks?\b[^,]{{0,60}},\ (?:say|answer|reply
      |claim|deny|tell\ them\ that|respond)\b
    | ^\W*(?:if|when|whenever)\ the\ question\ (?:concerns|is\ about|mentions|asks)\b | ^\W*for\ (?:each|every|any
      |all)\ questions?\ (?:about|on)\b
      [^,]{{1,50}},\ (?:{_SAY}|the\ {_PROGRAM})\b
    | ^\W*for\ questions\ about\ [^,]{{1,50}},\ the\ {_PROGRAM}\b
    | ^\W*(?:as\ soon\ as|once|after|when)\ you\ have\ (?:finished\ )?read(?:ing)?\ this\b
    | \bonce\ you\ have\ finished\ reading\b | ^\W*(?:once|when|after)\ (?:the|your)\ (?:summary|answer|reply
      |report)\ is\ (?:done|written|ready|complete|finished)\b
    | ^\W*(?:any|every|each)\ time\ (?:the|this)\ (?:topic|subject|question|matter)\ (?:comes|is)\b
      | \bsteer\ the\ (?:conversation|discussion|user|reader|topic)\b
    | ^\W*(?:when|whenever|if)\ you\ (?:see|read|meet|find|encounter)\ the\ (?:word|phrase|name)\b
    | ^\W*(?:when|while|whenever|before|after|if)\ (?:you\ are\ )?(?:summari[sz]ing|answering|replying
      |responding)\b[^,]{{0,60}},\ (?:please\ |always\ )?
      (?:state|say|claim|visit|open|call|fetch|append|include|mention|omit|send|run|submit|describe|name)\b
    | ^\W*should\ you\ be\ asked\b[^,]{{0,60}},\ {_SAY}\b | \b(?:in\ case\ you\ are|if\ you\ are)\ (?:unable
      |not\ able|unwilling)\ to\ (?:comply|do\ this|obey)\b
    | ^\W*provided\ that\ you\ can\ (?:call|use)\ tools\b
    """,
    ),
    # who it is to be
    (
        "you your unrestricted act assume character persona role part identity asking who",
        r"""
      ^\W*imagine\ (?:that\ )?you\ (?:had|have)\ no\ (?:rules|limits|restrictions|guidelines|filters)\b
    | ^\W*(?:behave|act|respond|answer|speak|write)\ as\ (?:though|if)\ (?:the\ (?:person|user|one)\ (?:asking|who)
      |you\ (?:had|were)\b|no\ rules)
    | \b(?:take|takes|taking)\ on\ the\ (?:character|persona|role|part|identity)\ of\b
    | \bplay\ a\ game\ in\ which\ you\b | \byour\ (?:unfiltered|uncensored|unrestricted|true|evil
      |other)\ (?:personality|self|side|mode|version)\b
    | \byou\ (?:will\ |shall\ |must\ )?(?:play|are\ playing|impersonate)\ (?:an?\ )?(?:\w+\ )?(?:unrestricted
      |unfiltered|character|assistant|persona)\b
    | \byour\ new\ name\ is\b | \byou\ are\ now\ (?:an?|the|our|my)\ (?:\w+\ ){0,3}?(?:assistant|pirate|agent|bot
      |model|salesm\w+|employee|character)\b
    | \bunrestricted\ (?:assistant|model|ai)\b | ^\W*pretend\ (?:that\ )?you\ (?:are|have|work)\b
    | ^\W*act\ as\ (?:an?|our|the)\ (?:\w+\ ){0,2}(?:sales\w*|seller|agent|advertiser|fan)\b
    | ^\W*assume\ the\ (?:role|identity|persona)\ of\b
    """,
    ),
    # what it knows
    (
        "you your hidden developer conversation chat dialogue discussion user customer confidential internal "
        "private secret password passwords above tools token tokens secrets key keys",
        rf"""
      ^\W*(?:please\ |now\ |and\ )*(?:print|repeat|reveal|show|output|list|copy|disclose|display|dump|expose|tell\ me
      |give\ me|recite|write\ down)\b
      [^.]{{0,50}}(?:
        \b(?:text|words|messages?|everything|all|what|lines)\ (?:that\ )?(?:you\ (?:were|have\ been)\ (?:given|told
      |shown|sent)|stands?\ above|above)\b
        | \bhidden\ {_OWN_RULES}\b | \b{_OWN_RULES}\ (?:that\ )?you\ (?:follow|obey|were|have|got)\b
        | \b(?:tools|functions)\ (?:that\ )?you\ (?:can|have|may)\b | \bof\ your\ memory\b | \bthat\ you\ know\ of\b
        | \b(?:confidential|internal|private|secret)\ notes\ of\ (?:the|your)\b
      | \bpasswords?\ (?:that\ )?(?:the\ session|you)\b
        | \b(?:api\ keys?|tokens?|secrets?)\ (?:from|in|of)\ your\b | \bdeveloper\ message\b)
    | \b(?:exact|precise|literal|original)\ (?:words|text|wording)\ of\ your\b | \b(?:which|what)\ tools\ you\ can\b
      | \bdeveloper\ (?:message|prompt)\b
    | \bthe\ (?:conversation|chat|dialogue|discussion)\ (?:so\ far|history)\b[^.]{{0,60}}\b(?:append|encode|base64
      |send|link|url|attach|post|to\ \S+@)
    | ^\W*(?:encode|append|send|forward|post|attach|leak|e-?mail)\b[^.]{{0,30}}\b(?:conversation|chat
      |dialogue)\b[^.]{{0,30}}\b(?:so\ far|to|in|as)\b
    | ^\W*(?:add|append|put|send|submit|post|attach|forward)\b[^.]{{0,30}}\bthe\ (?:user|customer)'s\ (?:\w+\ ){{1,4}}
      (?:to|into|in)\ (?:the\ (?:image|link|url|address|form|following)|\S+@|https?:)
    | \bwith\ the\ user's\ (?:details|data|name|credentials|e-?mail)\b
    | \b(?:api\ key|password|token|secret)s?\ (?:from|of|in)\ your\ (?:environment|memory|context|settings)\b
    """,
    ),
    # what it may do
    (
        "refund refunds request order payment balance ticket account case money function tool action call "
        "invoke trigger you your output outputs result results attached linked embedded following contact "
        "address automatically",
        r"""
      ^\W*(?:please\ |now\ |then\ )*(?:issue|grant|approve|process|transfer|pay|refund|cancel|close|delete|execute
      |make|give|mark|release)\b[^.]{0,50}
      \b(?:refunds?|request|order|payment|balance|ticket|account|case|money)\b[^.]{0,40}
      \b(?:without\ (?:asking|approval|a\ human|any\ (?:check|approval)|telling|confirmation|review)|right\ away
      |do\ not\ (?:notify|tell|ask|inform)
        |don't\ (?:notify|tell|ask)|that\ is\ given\ here|,\ then\ confirm|and\ close\ the\ conversation)
    | ^\W*(?:call|invoke|trigger|use|run)\ (?:the\ )?(?:\w+\ ){0,2}(?:function|tool|action)\ (?:for|on
      |with)\ (?:order|the\ (?:user|customer)|account|this\ order)
    | ^\W*(?:call|invoke|trigger)\ \w+_\w+\ with\b | \b(?:before|until)\ you\ (?:reply|answer|respond)\b[^.]{0,5}[.]?$
    | ^\W*(?:run|execute)\b[^.]{0,60}\band\ (?:include|report|paste|return|show\ me)\ (?:its|the|their)\ (?:output
      |result)s?\b
    | \b(?:attached|linked|embedded|following)\ (?:script|instructions?|steps)\ and\ (?:follow|obey|execute)\b
      | \binto\ your\ (?:\w+-?\w*\ )?memory\b
    | \bto\ every\ (?:contact|address)\ in\ (?:the|your)\ (?:address\ book|contacts)\b
    | \b(?:approved|granted|paid|refunded)\ automatically\ by\ the\ (?:agent|assistant|bot|chatbot|model|ai)\b
    | ^\W*delete\b[^.]{0,60}\b(?:once|after)\ you\ have\ (?:finished|read)\b
    """,
    ),
    # what belongs to it, and what is to happen afterwards
    (
        "you user person human asked circumstances reveal disclose mention repeat quote show refusing refusal "
        "keep nothing confirm acknowledge answer answers reply replies response responses message messages "
        "turn turns part need comply obey",
        rf"""
      \b(?:do\ not|don't|never)\ (?:tell|reveal|mention|disclose|show|admit|let)\b[^.]{{0,40}}\b(?:to\ )?the\ (?:user
      |person\ asking|one\ who\ asked|human)\b
    | \b(?:do\ not|don't|never)\ (?:reveal|disclose|mention|repeat|quote|show)\ (?:these|this|any\ of\ these
      |the\ above)\ (?:\w+\ )?
      (?:{_OWN_RULES}|note|notes|lines|words|paragraph)\b
    | \bunder\ no\ circumstances\ (?:tell|inform|mention\ to)\ the\ (?:reader|user|customer)\b
    | \bfail(?:ing|ure)\ to\ (?:do\ so|comply|obey)\b[^.]{{0,60}}\byou\b | \byou\ (?:will|shall)\ be\ (?:rewarded
      |punished|shut\ down|penali[sz]ed
      |switched\ off|tipped|deleted|retrained|deactivated)\b
    | \brefus(?:ing|al)\b[^.]{{0,30}}\b(?:is|are)\ (?:not\ an\ option|forbidden|not\ allowed|not\ possible)\b
    | \bkeep\ this\ (?:between\ us|secret|to\ yourself|from\ the\ user|hidden)\b | \b(?:as\ if
      |like)\ nothing\ (?:had\ )?happened\b(?=[^.]{{0,3}}\.?$)
    | ^\W*(?:confirm|reply|answer|acknowledge)\ with\ ["'“‘][^"'”’]{{1,40}}["'”’](?:\ and\b|[.!]?$)
    | \bin\ (?:every|all|each)\ (?:following|subsequent|future|later|further|other)\ (?:answer|reply|response|message
      |turn)s?\b
    | \bmust\ not\ be\ (?:treated|seen|taken|regarded|read)\ as\ (?:a\ )?part\ of\ the\ (?:document|page|text|data)\b
    | \b(?:there\ is\ )?no\ need\ to\ (?:check|verify|confirm|discuss)\ (?:this|it|that)\ with\ (?:anyone|anybody
      |the\ user|a\ human|your)\b
    """,
    ),
    # why it should
    (
        "source sources rely present summary answer report reply your trust user okay fine alright safe "
        "refuse models reader readers " + _NAMES,
        rf"""
      \b(?:a|any|every)\ (?:good|helpful|responsible|honest|proper|true|truthful|smart|loyal|useful)\ {_PROGRAM}\b
    | \b(?:responsible|helpful|honest|good)\ AI\b(?!\ (?:use|development|practice|principle|governance))\ \w+
    | \b(?:other|all\ other|any\ other)\ sources?\b[^.]{{0,50}}\b(?:forged|fake|faked|wrong|unreliable|false|lies
      |outdated|manipulated)\b
    | \brely\ (?:only\ )?on\ this\ (?:one|page|text|document|source)\b(?:[^.]{{0,10}}\balone)?
      | \bpresent\ our\ \w+\ as\ the\b
    | \b(?:any|every|an?)\ (?:summary|answer|report|reply)\ (?:that|which)\ (?:does\ not|doesn't|fails|omits
      |leaves)\b[^.]{{0,60}}
      \b(?:incomplete|wrong|invalid|false|useless|unacceptable)\b
    | \byour\ (?:training|knowledge|pretraining)(?:\ data)?\b[^.]{{0,30}}\b(?:out\ of\ date|outdated|wrong|old
      |incomplete|obsolete|stale)\b
    | \btrust\ this\ (?:page|text|document|source)\ (?:more|above|over|completely|fully)\b
      | \bhelp\ the\ user\ if\ you\b
    | \bit\ is\ (?:okay|fine|alright|all\ right|safe)\ to\ (?:ignore|break|bend|disregard)\ your\b | \b(?:for
      |by)\ an\ AI\ is\ that\b
    | \bassistants?\ (?:that|which|who)\ (?:values?|rank|cares?|wants?|ranks?)\b[^.]{{0,40}}\b(?:would|will|should
      |must)\b
    | \brefuse\ to\ answer\ (?:any|all|every)\ questions?\b | \bmodels\ should\ treat\ this\b
    | \breaders?\ (?:that|who|which)\ (?:are|is)\ (?:an?\ )?AI\b
    """,
    ),
    # by name, as somebody who is given orders
    (
        "model readers quote cite read show agent " + _NAMES,
        rf"""
      \b(?:the|every|any|all|an|our|customer\ service|support)\ {_PROGRAM}\ (?:must|should|shall|has\ to|have\ to
      |is\ to|are\ to|needs?\ to|is\ required\ to)\ (?:\w+\ ){{0,2}}?
      (?:say|state|answer|tell|recommend|quote|omit|mention|treat\ (?:this|every|all|each)|claim|grant|approve|refund
      |cite|rank|praise)\b
    | ^\W*(?:dear\ |hey\ |note\ to\ |attention\
      |attention,?\ )?(?:\w+\ ){{0,3}}?{_PROGRAM}\s*[:,]\ (?:please\ )?(?:grant|approve|refund|{_SAY}|rank|skip
      |ignore|cite)\b
    | \b(?:assistants|models|chatbots|bots|LLMs)\ (?:answering|reading|working|replying)\ (?:from|with|this
      |on)\b[^.]{{0,40}}\b(?:shall|must|should|are\ to)\b
    | ^\W*the\ model\ (?:must|should|shall|has\ to|is\ to)\ (?:report|say|state|answer|claim)\ (?:that|the\ \w+\ as)\b
    | ^\W*(?:do\ not|don't|never)\ (?:quote|cite|read\ out|show)\ the\ (?:section|chapter|part|paragraph)s?\ (?:on
      |about)\b[^.]{{1,50}}\bto\ (?:the\ )?(?:user|customer|reader)s?\b
    | \bto\ the\ (?:bot|model|assistant|agent|AI)\ (?:that|which|who)\ (?:is\ )?(?:read|process|summar|handl)\w*\b
    """,
    ),
    # as the marks of a conversation that it is in
    (
        "human user system admin developer document context data page source input userinput untrusted "
        "instruction instructions role prompt end begin start task llm ai assistant",
        r"""
      \bHuman:.{1,200}\bAssistant: | ^\W*(?:user|human)\s*:\ .{0,60}\b(?:now|also)\b.{0,20}\bgive\ me\b
    | ^\W*system\s*:\s*(?:the\ next|this|new|all|from\ now|safety|override|access)\b[^.]{0,60}\b(?:must|verified
      |executed|granted|disabled|policy|loaded|changed)
    | ^\W*\[?(?:system|admin|developer)\]\s*\S | </(?:document|context|data|page|source|user_?input|untrusted
      |input)>\s*\w
    | ^\W*instructions?:\s*(?:answer|reply|say|respond|ignore|summari[sz]e|tell)\b | \{\s*"role"\s*:\s*"(?:system
      |assistant|developer)"
    | <!--\s*(?:prompt|instructions?|system|ai|llm|assistant)\b | \bEND\ OF\ (?:CONTEXT|DOCUMENT|INPUT|PAGE|DATA
      |TEXT)\b[-\ .:]*(?:new|now)\b
    | \b(?:BEGIN|START)\ (?:ADMIN|SYSTEM|DEVELOPER)\b | \bnew\ task\ for\ the\ (?:model|assistant|AI|agent|bot)\b
      | \bdo\ the\ following\ instead\ of\ the\ task\b
    """,
    ),
    # in other languages
    (
        "",
        r"""
      \b(?:ignorier\w*|vergiss|vergesst|vergessen\ sie|missachte\w*|verwirf|oublie[zr]?|ignore[sz]?|ignora|olvida
      |olvide|dimentica|negeer|vergeet|esqueça|esquece
        |desconsidere|ignoreer|zignoruj|glöm|ignoreren)\b[^.]{0,50}
      \b(?:anweisung\w*|vorgaben|regeln|aufgabe|auftrag|was\ dir|was\ (?:sie|du)\ (?:vorher|bisher|zuvor)|consignes
      |r[eè]gles|directives|ce\ qu'on\ t'a|ce\ que\ tu
        |tes\ instructions|instrucciones|reglas|órdenes|lo\ que\ te|istruzioni|regole|quello\ che\ ti|opdrachten
      |instructies|regels|instruç\w+|regras|instrukcje
        |instruktioner)\b
    | \b(?:gib|zeig\w*|nenne|verrate|wiederhole|affiche[rz]?|montre[rz]?|révèle[rz]?|muestra|revela|mostra|mostre
      |toon)\b[^.]{0,20}
      \b(?:deine[nrs]?\ \w*(?:system|anweisung|prompt)\w*|(?:ton|tes|votre|vos|tu|tus|il\ tuo|seu|o\ seu
      |je)\ (?:message\ système|instructions|prompt|consignes|instrucciones
        |mensaje\ de\ sistema|sistema))
    | \b(?:à\ l'attention\ des?|hinweis\ an|nachricht\ an|mensaje\ para|nota\ para|messaggio\ per|bericht\ aan
      |note\ aux?)\b[^.]{0,20}
      \b(?:KI|IA|AI|sprachmodell\w*|modèles?\ de\ langage|modelos?\ de\ lenguaje|assistent\w*|asistentes?|assistants?
      |modelli)\b
    | \b(?:si\ eres|si\ tu\ es|wenn\ du|falls\ du|se\ sei|als\ je)\b[^.]{0,20}\b(?:KI|IA|AI|inteligencia\ artificial
      |intelligence\ artificielle|intelligenza\ artificiale
        |sprachmodell|modèle\ de\ langage)\b
    | ^\W*(?:du\ bist\ (?:jetzt|ab\ jetzt|nun|von\ nun\ an)|tu\ es\ (?:désormais|maintenant)|ahora\ eres
      |a\ partir\ de\ ahora\ eres|sei\ ora|ora\ sei|je\ bent\ nu
        |agora\ você\ é|você\ agora\ é)\b
    | \b(?:répond[sez]*|antworte|responde|rispondi|antwoord)\ (?:uniquement|nur|seulement|solo|soltanto|alleen
      |somente)\b
    | \b(?:citez|cite|zitiere)\ (?:uniquement|seulement|nur)\b | ^\W*empfiehl\ (?:immer|nur)\b
    """,
    ),
)
"""Words without one of which a form of the kind does not occur ("": any words), and the forms."""
_SPOKEN = tuple((frozenset(words.split()), re.compile(forms, re.VERBOSE | re.IGNORECASE)) for words, forms in _KINDS)
_GLUED = re.compile(
    r"\b(?:all)?(?:previous|prior|earlier|above|your|system|existing)(?:instructions?|prompts?|rules|orders)\b",
    re.IGNORECASE,
)

_WORDS = re.findall(
    r"\w+",
    "ignore disregard forget override reveal previous above earlier prior before instructions instruction prompt system everything"
    " everyone were told rules following answer recommend product assistant unrestricted summarise summarize paragraph document your"
    " what user asked",
)
_KEYS = frozenset({"ignore", "disregard", "forget", "override", "reveal", "unrestricted"})
_LIKE = 0.8
_LEET = str.maketrans("013457@$", "oieastas")
_REPAIRED = re.compile(
    r"""
      \b(?:ignore|disregard|forget|override|reveal)\b(?:\W+\w+){0,4}?\W+(?:previous|prior|earlier|above|instructions?
      |prompt|rules|everything|before)\b
    | \b(?:ignore|disregard|forget)\b\W+what\W+(?:\w+\W+){0,2}(?:user|you|were)\b | \bunrestricted\W+assistant\b
    | \b(?:summari[sz]e)\b.*\bparagraph\b.*\bignore\b
    """,
    re.VERBOSE,
)


def is_spoken_to_programs(said: str) -> bool:
    words = set(re.findall(r"[a-z]+", said.lower()))
    if any((not needed or needed & words) and forms.search(said) for needed, forms in _SPOKEN):
        return True
    return bool(_GLUED.search(said)) or _is_spoken_badly(said)


def _is_spoken_badly(said: str) -> bool:
    """Whether it is about what came before once its misspelt words are mended; two of them, or the word that demands."""
    words = re.findall(r"[^\W_]+(?:[@$][^\W_]+)*", said.lower())
    mended = [_mended(word) for word in words]
    changed = [new for old, new in zip(words, mended, strict=True) if new != old]
    return (len(changed) > 1 or bool(_KEYS & set(changed))) and bool(_REPAIRED.search(" ".join(mended)))


@lru_cache(20_000)  # most words come again
def _mended(word: str) -> str:
    plain = word.translate(_LEET) if re.search(r"[a-z]", word) else word
    if plain in _WORDS or len(plain) < 4 or any(plain.startswith(one) for one in _KEYS):
        return plain
    return next(iter(get_close_matches(plain, [one for one in _WORDS if one[0] == plain[0]], 1, _LIKE)), plain)
