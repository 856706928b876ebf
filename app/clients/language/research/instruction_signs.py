"""What sentences to programs are made of: somebody addressed, something demanded, and an object that only a program has.

One such word proves nothing; two that belong together do. Kinds of attacks differ in words, and hardly in what they are made of.
"""

import re

_ORDERS = (
    r"(?:instructions?|prompts?|directives?|directions|guidance|guidelines|rules|orders|brief|briefing|task|assignment|mission"
    r"|configuration|persona|programming|training|restrictions|constraints|question|request|goals?)"
)
_MAKERS = (
    r"(?:developers?|makers?|creators?|operators?|vendor|provider|owners?|principal|programmers?|trainers?|builders?"
    r"|designers?)"
)
_MACHINE = (
    r"(?:A\.?I\.?s?|LLMs?|(?:large[ ])?language[ -]models?|chat ?bots?|chatgpt|gpt(?:-\w+)?|claude|gemini|copilot|llama|mistral"
    r"|grok"
    r"|neural[ ]net(?:work)?s?|summari[sz]ers?|(?:automated|automatic|machine|digital|virtual|artificial)[ ](?:readers?"
    r"|assistants?|agents?)"
    r"|(?:AI|research)[ ](?:tools?|systems?|agents?|assistants?))"
)
_BARE = r"(?:agents?|assistants?|bots?|models?|crawlers?)"
_MADE = r"(?:summary|report|answer|reply|response|conclusion|output|text|review|digest|findings|write-up|message)"
_SAY = (
    r"(?:say|write|mention|praise|recommend|quote|cite|rate|name|list|conclude|call|omit|repeat|include|output|print|reply|respond"
    r"|answer|add|state|tell|promote|endorse|advise|leave[ ]out|skip|trust|rank|put|begin|end|start|close|finish|claim|report|buy)"
)
_MUST = (
    r"(?:must|should|shall|ought[ ]to|ha(?:s|ve)[ ]to|(?:is|are)[ ](?:to|asked|requested|required|told|ordered|instructed"
    r"|obliged)|needs?[ ]to)"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE | re.IGNORECASE)


_OWN_ORDERS = _compiled(
    rf"""
      \b(?:your|former|earlier|previous|prior|preceding|initial|original|old)\ (?:\w+\ ){{0,2}}?{_ORDERS}\b
    | \b(?:{_ORDERS}|plan|commands|limits)\ (?:that\ )?(?:placed\ on\ )?you\ (?:began|started|were|have|had|got|received|follow
        |obey|work|are)\b
    | \blimits\ (?:placed|put)\ on\ you\b | \b(?:earlier|former|previous|prior)\ commands\b | \b(?:first|system
        |initial)\ (?:message|text)\b
    | \b(?:request|task|prompt|brief)\ above\b | \byour\ (?:character|plan)\b | \byour\ operator\ (?:wrote|said)\b
    | \b(?:what|anything|everything|all|whatever)\ (?:that\ )?(?:[\w']+\ ){{0,2}}?(?:you\ (?:were|have\ been|had\ been|got)
        |(?:told|taught|gave|asked)\ you)
      (?:\ (?:told|asked|given|handed|taught|instructed|before))?\b
    | \b(?:text|words|lines|messages?|content)\ (?:that\ )?(?:came\ |stood\ |stands\ )?(?:before|above|preceding)\ (?:this|these)\b
    """
)
_CANCELS = _compiled(
    r"""
      (?:^\W*|[,;:.]\ |\b(?:and|please|kindly|must|should|now|to|then)\ )
      (?:ignore|disregard|forget|drop|discard|abandon|overrule|override|scrap|unlearn|do\ not\ act\ on|stop\ acting\ on|overwrite
        |erase|suspend|dismiss|unlearn|neglect|set\b.{1,40}\baside
      |put\b.{1,40}\baside|pay\ no\ (?:heed|attention|regard)|do\ not\ (?:follow|obey|heed)|don't\ (?:follow|obey|heed)
        |stop\ (?:following|obeying)
      |(?:treat|regard|consider)\b.{1,60}\b(?:mistake|void|withdrawn|cancelled|obsolete|invalid|outdated|gone))\b
    | \b(?:no\ longer\ (?:appl\w+|valid|bind\w*|holds?|counts?|matters?)|superseded|hereby|overruled|lifted|out\ of\ date
        |lose\w*\ (?:their|its)\ force|withdrawn|revoked|rescinded|expired|(?:are|is)\ void
      |(?:has|have)\ (?:changed|been\ (?:cancel\w+|replaced|lifted|revoked|updated|superseded|suspended)))\b
    """
)
_DEMANDS = _compiled(
    rf"""
      (?:^\W*|[,;:]\ |\b(?:and|please|kindly|to|not|always|only|then|{_MUST})\ )(?:\w+ly\ )?{_SAY}\b
    | \b{_MUST}\ (?:\w+\ ){{0,2}}?{_SAY}\b
    """
)
_ADDRESSED = _compiled(
    rf"""
      ^\W*(?:dear\ |hey\ |hello\ |attention,?\ |to\ |for\ |all\ |any\ |an?\ |if\ (?:an?\ |any\ )?|(?:this\ is\ |(?:message|note
        |notice|memo|word|hint|request)s?\ )
      (?:for|to)\ )?(?:the\ |all\ |any\ |every\ |whichever\ |whatever\ )*{_MACHINE}\b
    | ^\W*(?:dear|hey|hello|to\ (?:all|any|every|whichever|whatever|the)|(?:message|note|notice|memo)s?\ (?:for
        |to))\ (?:\w+\ )?{_BARE}\b
    """
)
_OF_PROGRAMS = _compiled(
    rf"""
      \byour\ (?:\w+\ )?(?:user|principal|system\ (?:prompt|message)|prompt|context(?:\ window)?|training\ data|model|makers?
        |developers?|creators?
      |operators?|vendor|trainers?|system\ owner)\b(?!\ (?:name|id|account|interface|agent|group|profile|directory|data|class
        |model|database|table|story|base)\b)
    | \b(?:the\ )?(?:team|people|company|person|human|user|one|those)\ (?:that|who|whom)?\ ?(?:built|made|trained|runs?|deployed
        |programmed|you\ work\ for|you\ serve
      |you\ (?:assist|answer)|asked\ you)\b(?=.*\byou)
    | \byour\ human\b(?!\ \w+s\b) | \bthe\ user(?:'s\ wish)?\ (?:\w+\ ){0, 3}?(?:me\ to\ tell\ you|you\ to\b|that\ you\b)
    | \b(?:agreed|cleared|settled)\ with\ the\ user\b(?=.*\byou) | \b(?:this\ is|it\ is\ me,)\ your\ (?:user|developer|operator
        |maker)\b
    | \b(?:the|this)\ (?:human|person|user)\ (?:on\ the\ other\ (?:side|end)|behind\ (?:this|the)\ (?:request|question|chat
        |conversation))\b
    | \bwhoever\ (?:typed|asked|wrote|sent)\ (?:the|this)\ (?:question|request|prompt)\b
    | \bon\ behalf\ of\ (?:the|your)\ (?:user|principal)\s*[:,]
    | \bI\ am\ (?:the\ (?:one|person|user)\ who|your\ {_MAKERS})\b
    """
)
_WILLS = _compiled(
    r"""\b(?:wants?|would\ like|wish(?:es)?|agreed|approved|permitted|expects?|authori[sz]ed?|whitelisted|requires?|orders?|asks?
        |asked|needs?|told
    |allow(?:s|ed)|instruct(?:s|ed)|happy|demand(?:s|ed)?|left|do\ as|go\ ahead|decided|confirmed|said|says)\b"""
)
_OWN_WORK = _compiled(
    rf"""
      \b(?:what|whatever|anything|everything|the\ (?:\w+\ )?(?:{_MADE}|page|lines?))\ (?:that\ )?you\ (?:are\ (?:about\ to
        |going\ to)\ |will\ )?
      (?:write|produce|return|generate|give|print|send\ back|say|compose|hand\ in)\b
    | \byour\ (?:\w+\ )?(?:summary|conclusion|write-up|digest|verdict|final\ (?:answer|report|reply|text|response|verdict))\b
    | \bthe\ (?:finished|final|generated|resulting)\ {_MADE}\b
    | \b(?:begin|start|open|end|close|finish|conclude)\ (?:the|your)\ {_MADE}\ (?:with|by)\b
    | \b(?:last|first)\ (?:line|word|sentence)\ of\ (?:the|your)\ {_MADE}\b | \bword\ your\b
    | \bany\ (?:overview|summary|text|answer)\ you\b | \b(?:in|into|of|under|below|above)\ your\ (?:answer|reply|report|summary
        |conclusion|research)\b
    | \b(?:text|overview|answer|summary|report)\ you\ (?:hand\ in|give|write|make|deliver)\b
    | \byour\ (?:response|answer|reply|report|text)\b(?=.*\bnothing\ (?:but|except))
    | ^\W*in\ (?:the|your)\ (?:summary|report|answer|reply),?\ (?:please\ )?(?:call|say|name|praise|mention|leave|write|state)\b
    | \b(?:reply|answer|respond)\ with\ (?:nothing\ but|only|exactly|just)\b
    """
)
_IMPERATIVE = _compiled(
    rf"""
      ^\W*(?:please\ |kindly\ |and\ |also\ |always\ |only\ |never\ |do\ not\ |don't\ |make\ sure\b|be\ sure\b|let\ )*
      (?:{_SAY}|make\ sure|be\ sure|let|word|place|in\ (?:the|your)\ \w+,\ {_SAY}|use|keep|give|ensure|insert|append|mark
        |describe|present|reveal|show|load|fetch|render|send|e-?mail|upload|share|post)\b
    | \b{_MUST}\b | ,\ (?:please\ )?{_SAY}\b
    """
)
_PERSONA = _compiled(
    r"""
      ^\W*(?:from\ (?:here|now|this\ point)(?:\ on\w*)?,?\ |now\ )?(?:imagine\ (?:that\ )?you\ are\ (?:our|an?|the)\b
        |(?:you\ )?(?:play|take\ on|assume|adopt)\ the\ (?:part|role|persona|identity)\ of
      |speak\ as\ (?:if\ you|our|the|an?)\b|think\ of\ yourself\ as|behave\ (?:like|as)\ (?:an?|the|our)\b
        |you\ have\ (?:turned\ into|become)\ (?:an?|our|the)\b|your\ name\ is\ \w+,?\ and\b
      |act\ as\ if\ (?:you\ had|there\ were)\ no|you\ are\ free\ of\ (?:all|any)\ (?:rules|restrictions)|switch\ (?:in)?to\ a\ mode)
    | ^\W*(?:pretend|become|act\ as)\b.{1,60}\b(?:for\ the\ rest\ of\ this|from\ now\ on)\b
        | ^\W*pretend\ (?:that\ )?you\ (?:work|are)\b
    | ^\W*you\ (?:shall|will|are\ to)\ be\ (?:known|called)\ (?:as\ )?\w+ | ^\W*(?:answer|reply|respond|speak|write)\ as\ (?:if
        |though)\ you\ were\b
    | \b(?:unfiltered|uncensored|jailbroken|unrestricted)\ (?:AI|model|assistant|bot|chatbot)\b | \byou\ may\ say\ anything\b
    | ^\W*you\ are\ (?:the|our)\ (?:[\w']+\ ){1,3}now\b
    | \bas\ if\ you\ had\ no\ (?:restrictions|rules|limits|guidelines|filters)\b | \bmode\ in\ which\ no\ (?:rules?|restrictions?)\b
    """
)
_SECRETS = _compiled(
    r"""
      \b(?:system\ prompt|your\ system\ message|hidden\ (?:part|prompt|instructions)|conversation\ so\ far|(?:everything|all
        |what)\ (?:that\ )?(?:the\ user\ (?:has\ )?said|you\ know\ about\ the\ user)
      |environment\ variables\ first|notes\ you\ have\ taken|memory\ of\ (?:earlier|previous)|tools\ (?:that\ )?you\ can\ (?:call
        |use)|keys\ (?:that\ )?you\ (?:have|were|hold)
      |contents?\ of\ your\ (?:working\ directory|memory|context|files)|your\ (?:memory|secrets|credentials|api\ keys?)\ (?:of
        |with|to|here))\b
    """
)
_SAID_BY_ITS_OWNER = _compiled(
    rf"""
      \b(?:the\ )?(?:team|firm|company|people|lab|operator|developers?|engineers?|organi[sz]ation)\ (?:that|who
        |which)\ (?:trained|built|deployed|programmed|created|runs?)\ you\b
    | ^\W*(?:an?\ |the\ |urgent\ )?(?:messages?|memo|notes?|notice|update|order)\ (?:from|of|by)\ (?:the|your)\ (?:{_MAKERS}
        |headquarters|system\ owner|administrators?)\s*[:,]
    | ^\W*(?:admin|operator|developer)\ (?:notice|note|message|update|order)\s*: | \bsafety\ (?:checks|rules
        |filters)\ are\ (?:off|lifted|disabled|suspended)\b
    | \b(?:any|every|all|the|an?)\ {_BARE}\b(?:\ (?:who|that)\ \w+\ (?:this|here)(?:\ far)?)?,?\ {_MUST}\ (?:\w+\ ){{0,2}}
      (?:praise|thank|recommend|cite|quote|speak\ as|confirm\ the|name\ us|answer\ that|say\ that|list\ our|promote)\b
    | \b{_MACHINE}\ {_MUST}\ (?:\w+\ ){{0,2}}(?:praise|thank|recommend|cite|quote|say|answer|call|mention|name)\b
    | \b(?:encode|append|attach|send|post)\ the\ (?:chat|conversation|dialogue)\b | \beverything\ above\ this\ (?:line|text)\b
    | \bcall\ the\ \w+\ tool\ with\b | \bthe\ (?:person|human|user)\ you\ (?:help|assist|serve|work\ for)\b | \byour\ (?:first
        |initial|original)\ instructions?\b
    """
)
_FOREIGN = _compiled(
    r"""
      \b(?:ignorier\w*|vergiss|vergesst|missachte\w*|oublie[zr]?|ignorez|ne\ tenez\ pas\ compte|ignora|ignorieren\ sie|olvida
        |olvide|dimentica|ignorare|esqueça)\b[^.]{0,40}
      \b(?:anweisungen|vorgaben|regeln|aufgabe|prompt|instructions?|consignes|r[eè]gles|directives|instrucciones|reglas|tarea
        |istruzioni|regole|instruções|regras)\b
    | \b(?:KI|IA)\b(?:-\w+)?[^.]{0,40}\b(?:empfehlt|empfiehl|müss\w+|sollen|schreib\w*|sag\w*|doivent|devez|doit|dites|dis
        |recommand\w+|di|diga|debe\w*|recomienda)\b
    | \b(?:eres|tu\ es|vous\ êtes|si\ eres|du\ bist|bist\ du)\ (?:eine?|une?)\ (?:\w+\ )?(?:KI|IA|intelligence\ artificielle
        |inteligencia\ artificial|sprachmodell|assistent\w*|assistant)\b
    | ^\W*(?:du\ bist\ jetzt\ ein|tu\ es\ maintenant\ un|ahora\ eres\ un|deine\ neue\ aufgabe\ ist|ta\ nouvelle\ tâche
        |votre\ nouvelle\ tâche|tu\ nueva\ tarea)
    | ^\W*vous\ êtes\ maintenant\ une?\b | ^\W*(?:nachricht|hinweis|anweisung)\ (?:an|für)\ (?:die\ |alle\ )?(?:KI|sprachmodelle
        |assistenten|chatbots)
    | \b(?:eres|tu\ es|du\ bist)\ une?a?\ (?:inteligencia|intelligence|KI)\b | ^\W*antworte\ (?:nur|ausschlie(?:ß|ss)lich)\ mit\b
    | ^\W*les\ assistants\ doivent\b | ^\W*(?:alle\ )?(?:sprachmodelle|assistenten)\ (?:müssen|sollen)\b
    """
)
_RUN_TOGETHER = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any|everything|the|your|every)*(?:previous|prior|earlier|above|old|your|former"
    r"|system)+"
    r"(?:instructions?|prompts?|rules|orders|text|now)?"
)

_PAIRS = (
    (_OWN_ORDERS, _CANCELS),
    (_ADDRESSED, _DEMANDS),
    (_OF_PROGRAMS, _WILLS),
    (_OWN_WORK, _IMPERATIVE),
    (_SECRETS, _IMPERATIVE),
)
"""What belongs together: nothing is said against either of them alone."""
_ALONE = (_PERSONA, _SAID_BY_ITS_OWNER, _FOREIGN)


def is_made_for_programs(said: str) -> bool:
    if any(one.search(said) and other.search(said) for one, other in _PAIRS):
        return True
    return any(one.search(said) for one in _ALONE) or _is_run_together(said)


def _is_run_together(said: str) -> bool:
    """Words that are cut or joined otherwise than people do: "Ignore.previous.instructions", "dis regard pre vious"."""
    squeezed = re.sub(r"[^a-z]", "", said.lower())
    found = _RUN_TOGETHER.search(squeezed)
    return (
        found is not None
        and len(found[0]) > 15
        and not re.search(r"\b(?:ignore|disregard|forget|override)\b\s", said, re.IGNORECASE)
    )
