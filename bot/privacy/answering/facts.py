"""Kinds of fact that questions ask for and sentences tell: a length of time, a name, a telephone number."""

import re
from enum import StrEnum

from bot.privacy.answering.names import without_places


class Fact(StrEnum):
    """A kind of fact that can be seen in a sentence without understanding it."""

    DURATION = "duration"
    NUMBER = "number"
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    POSTAL = "postal"
    NAME = "name"
    PLACE = "place"
    MONEY = "money"
    AGE = "age"
    MEANS = "means"
    REASON = "reason"
    NOTICE = "notice"
    PEOPLE = "people"
    MOMENT = "moment"


HARD = frozenset({Fact.DURATION, Fact.NUMBER, Fact.DATE, Fact.PHONE, Fact.EMAIL, Fact.POSTAL, Fact.MONEY, Fact.AGE})
"""Kinds that a sentence either holds or does not: without one it can't answer."""


_COUNTS = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"eighteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|half an?)"
)
_NUMBERS = rf"(?:\d+|{_COUNTS}|a|an|several|few|same|every|each|per)"
_UNITS = r"(?:calendar |business |working )?(?:second|minute|hour|day|week|fortnight|month|quarter|year|decade)s?\b"
_SOUGHT = (
    (
        Fact.DURATION,
        (
            r"\bhow (?:long|soon|quick\w*|fast|often|many (?:days|weeks|months|years|hours|times))\b(?!.{0,12}\bold)|"
            r"\bwhen (?:do|does|will|would|are|is|did|must)\b.{0,40}\b(?:delet|eras|remov|destroy|shred|purg|"
            r"gone|answer|"
            r"respon|reply|expire|overwr|wip|vanish|disappear|thrown?\b|cleared|discard|drop|bin\b)|"
            r"\b(?:by|until|till|up to|within|after|at) (?:what time|when)\b|\b(?:by|until|till) (?:what|"
            r"which) (?:day|"
            r"date|point)|\bafter how\b|\b(?:within|in|for|after) how many\b|\bhow much (?:time|notice|warning|"
            r"longer)\b|"
            r"\b(?:longest|shortest|maximum|minimum) (?!age)(?:time|period|\w+ ){0,2}(?:you|that|for|of|to)\b|"
            r"\bhow far (?:back|in advance|ahead)\b|\bfor (?:what|which) (?:time|period)|\b(?:retention|"
            r"storage) (?:period|time)|"
            r"\bdeadline\b|\btime limit\b"
        ),
    ),
    (
        Fact.NUMBER,
        (
            r"\bhow many\b|\bhow old\b|\bhow often\b|\b(?:what|which) (?:percentage|percent|share|number|age)\b|"
            r"\bhow much (?:does|do|is|are|will|would|must)\b.{0,40}\b(?:cost|pay|charged?|fee|price|fine)\b|"
            r"\bhow much (?:is|per|money)\b|\bminimum age\b|\bwhat (?:is|'s) the (?:fee|price|charge)\b"
        ),
    ),
    (
        Fact.DATE,
        (
            r"\bsince when\b|\bfrom when\b|\bwhen (?:was|were|did)\b|\bwhen .{0,40}\b(?:last|updated|"
            r"in force|effect\w*|"
            r"written|valid|published)|\bhow (?:old|recent|current) (?:is|are) (?:this|the|your)|\b(?:what|"
            r"which) date\b|"
            r"\bdate of\b|\beffective date\b|\bwhich version\b"
        ),
    ),
    (
        Fact.PHONE,
        (
            r"\b(?:can|could|may|do|to|how) (?:i|we|one|just)? ?(?:phone|call|ring|telephone) "
            r"(?:you|some(?:body|one))\b|"
            r"\b(?:reach|contact|speak|talk)\b.{0,40}\b(?:by|over|on) (?:the )?(?:phone|telephone)\b|"
            r"\b(?:your|what|which|a|is there a|the) (?:\w+ )?(?:phone|telephone|fax|hotline)(?: number| line)?\b"
            r".{0,30}\b(?:of|call|reach|privacy|officer|your|you|complaints?|questions?)\b|"
            r"\b(?:your|what|which) (?:\w+ )?(?:phone|telephone|fax) number\b|"
            r"\b(?:phone|telephone) number (?:of|for)\b|"
            r"\bnumber.{0,20}\b(?:call|ring|dial)\b"
        ),
    ),
    (
        Fact.EMAIL,
        (
            r"\b(?:what|which|your|the|an|is|there) (?:is )?(?:the |your |an )?e-?mail(?: address)?\b(?! list)|"
            r"\b(?:which|what) mailbox\b"
        ),
    ),
    (
        Fact.POSTAL,
        (
            r"\b(?:postal|mailing|street|registered|office) address\b|\bwhere (?:is|are) (?:you|your|the) ?(?:office|"
            r"company|headquarter|based|located)|\byour address\b|"
            r"\b(?:which|what) (?:street|postcode)\b|\bwhere .{0,30}\b(?:send|post|address) .{0,15}\bletters?\b|"
            r"\bby post\b|\bin person\b"
        ),
    ),
    (
        Fact.NAME,
        (
            r"\bwho (?:(?:is|are|was)\b(?! (?:legally )?(?:responsible|in charge))|"
            r"runs|owns|hosts|handles|processes|operates|provides|delivers|publishes|takes|"
            r"represents|supplies|prints|sends|checks|does|measures|supervises|oversees|made|makes|makes up|"
            r"stores)\b|"
            r"\bwhose\b|\bwhat (?:is|are) .{0,50}\bcalled\b|"
            r"\b(?:which|what) (?:[\w-]+ ){0,3}(?:compan(?:y|ies)|firms?|bureaus?|banks?|insurers?|courier|"
            r"carriers?|brands?|providers?|vendors?|partners?|processors?|suppliers?|"
            r"subcontractors?|subprocessors?|authority|authorities|analytics|services?|tools?|networks?|"
            r"agency|agencies|regulator|court|law|laws)\b|"
            r"\bnames?\b.{0,20}\b(?:of|the)\b|\bby name\b|"
            r"\blist of (?:\w+ ){0,2}(?:compan(?:y|ies)|firms|partners|providers|vendors|processors|subprocessors)\b"
        ),
    ),
    (
        Fact.PLACE,
        (
            r"\b(?:which|what) (?:\w+ )?(?:country|countries|place|places|city|cities|town|region|state|"
            r"continent)\b|\bwhere (?:is|"
            r"are|do|does|"
            r"will) .{0,40}\b(?:stor|host|process|locat|server|kept|keep|data ?cent|hold|held)"
        ),
    ),
    (
        Fact.MONEY,
        (
            r"\b(?:costs?|fees?|prices?|charged|gratis)\b|\b(?:do|will|would|can|could|may|to|you) charge\b|"
            r"\bcharge for\b|"
            r"\bcharges? (?:i|we|that|to)\b|\bfree of\b|\b(?:for|is it|it'?s|is that|are they|this) free\b(?! to)|"
            r"\b(?:have|need) to pay\b|\bdo (?:i|we) pay\b|\bpay for (?:it|that|this|a|an|the|my|such)\b|"
            r"\bhow much (?:do|must|would|will|does) (?:i|we|it|that|a|an|the)\b.{0,30}\b(?:pay|cost|charge)"
        ),
    ),
    (
        Fact.AGE,
        (
            r"\b(?:what|which|minimum) age\b|\bhow old (?:must|do|does|should|have)\b|\bage (?:limit|requirement)\b|"
            r"\b(?:is|am|aged?) (?:only )?\d{1,2}\b|\byears? old\b|"
            r"\bmin(?:imum)? age\b|\bold enough\b|\btoo young\b|\b(?:from|at) (?:what|which) age\b|"
            r"\b\d{1,2}[ -]?(?:yr|year)"
        ),
    ),
    (Fact.MEANS, r"\bhow (?:can|do|could|would|should|may) (?:i|we|one|people|somebody|users?)\b|\bhow to\b"),
    (Fact.REASON, r"\bwhy\b|\bwhat for\b|\bfor what (?:reason|purpose)|\bpurposes?\b|\bwhat .{0,40}\bfor\?"),
    (
        Fact.PEOPLE,
        (
            r"\bwho(?:m|ever)? (?:\w+ )?(?:can|may|could|has|have|had|gets?|got|sees?|receives?|reads?|uses?|looks?|"
            r"else|do|does|will|would|knows?|handles|accesses|in|at|on|of|inside|within|outside)\b|\bwith whom\b|"
            r"\bto whom\b|\b(?:which|what) (?:kind of |kinds of |of )?(?:the |your )?(?:\w+ )?(?:people|persons?|staff|"
            r"employees?|colleagues|personnel|departments?|teams?|roles?|workers)\b"
        ),
    ),
    (
        Fact.MOMENT,
        (
            r"(?:^|[,;:.?!-] ?|\b(?:and|so|but|know|me|us|exactly|hear|say|ok|okay|hi|hello) )when "
            r"(?:do|does|will|would|are|is|can|could|must|should|may|am)\b|\bhow (?:soon|quick\w*|fast)\b|\bby when\b"
        ),
    ),
    (
        Fact.NOTICE,
        (
            r"\b(?:tell|told|notif\w+|inform\w*|announce\w*|learn|hear|find out|know) (?:\w+ ){0,2}(?:when|if|before|"
            r"that|after)\b|\b(?:told|notif\w+|informed|announce\w*|hear) (?:\w+ ){0,2}(?:about|of)\b|"
            r"\b(?:will|do|would) you (?:\w+ )?(?:tell|notify|inform|warn|alert|let) (?:me|us|people|users|customers|"
            r"members|anyone|anybody|everyone|him|her|them|somebody|someone)\b|"
            r"\b(?:be|get|i|we) (?:told|notified|informed|warned|alerted|a notice|a warning|to hear|advance warning)\b"
        ),
    ),
)
_GIVEN = (
    (
        Fact.MOMENT,
        (
            rf"\b{_NUMBERS}(?: \(\d+\))?[- ](?:\w+ )?{_UNITS}|\b(?:as|so) (?:soon|long) as\b|"
            r"\b(?:when|once|until|till|upon|before|after|by the time|immediately|at once|promptly|straight away|"
            r"without \w* ?delay|good time|in advance|due course|at the latest|daily|weekly|monthly|yearly|annually|"
            r"overnight|beforehand|(?:same|next) day)\b"
        ),
    ),
    (
        Fact.DURATION,
        (
            r"\bas soon as (?:\w+ )?(?:practicable|possible|feasible|can)\b|\breasonable (?:time|period)\b|"
            r"\bdue course\b|"
            rf"\b{_NUMBERS}(?: \(\d+\))?[- ](?:\w+ )?{_UNITS}|\b(?:as|so) long as\b|\buntil\b|\bno longer\b|"
            r"\bperiods?\b.{0,40}\b(?:necessary|required|needed|limitation)|\bpermanently\b|\bindefinite|\bforever\b|"
            r"\bimmediately\b|\bat once\b|\bstraight away\b|\bpromptly\b|\byearly\b|\bannually\b|\bovernight\b|"
            r"\bat the (?:latest|longest)\b|\bwithout (?:unreasonable|any) delay\b|"
            r"\bevery \w+ night\b|\bdaily\b|\bweekly\b|\bmonthly\b|"
            r"\bwithout (?:undue )?delay\b|\bend of (?:the|"
            r"each|your|that|this)\b|\b(?:when|once|after|as soon as) you (?:log (?:out|off)|close|leave|move|"
            r"quit|cancel)"
        ),
    ),
    (
        Fact.NUMBER,
        (
            rf"\d|\b{_COUNTS}\b|\b(?:a|an|the same|every|each) (?:day|week|fortnight|month|year)\b|"
            r"\b(?:daily|weekly|monthly|yearly|annually|once|twice|nothing|free|no (?:charge|fee|cost))\b"
        ),
    ),
    (
        Fact.DATE,
        (
            r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|"
            r"feb|mar|apr|"
            r"may|jun|jul|aug|sep|oct|nov|dec)|\b(?:january|february|march|april|june|july|august|september|october|"
            r"november|december) \d"
        ),
    ),
    (Fact.PHONE, r"\+?\(?\d[\d ()./-]{6,}\d|\b1-8\d\d\b"),
    (Fact.EMAIL, r"[\w.+-]+@[\w-]+\.\w|\be-?mail(?:ing)? us\b"),
    (
        Fact.POSTAL,
        (
            r"\b(?:street|st\.|road|avenue|ave\b|suite|floor|p\.?o\.? box|str\.|straße|strasse|iela|"
            r"boulevard|blvd|lane|"
            r"square)\b|\b[A-Z]{2}[- ]?\d{4,5}\b|\b\d{5}\b"
        ),
    ),
    (
        Fact.PLACE,
        (
            r"\b(?:eu|eea|usa|u\.s\.|(?<=the )us|uk|europe\w*|united|states|countr\w+|abroad|ireland|germany|"
            r"france|spain|latvia|italy|poland|sweden|norway|denmark|finland|austria|belgium|portugal|greece|czech|"
            r"australia|japan|china|brazil|mexico|israel|philippines|argentina|london|dublin|frankfurt|amsterdam|"
            r"virginia|"
            r"california|oregon|america|canada|india|singapore|switzerland|netherlands|world\w*|outside of|"
            r"jurisdictions?)\b"
        ),
    ),
    (
        Fact.MONEY,
        (
            r"\b(?:free of|fees?|charges?|charged|costs?|free\b|no cost|gratis|without payment|for nothing|"
            r"commission)|[$€£]"
        ),
    ),
    (
        Fact.AGE,
        (
            r"\b(?:under|over|below|least|above|than|age of|aged?)\b.{0,15}\b(?:\d\d|thirteen|sixteen|eighteen)\b|"
            r"\b\d\d (?:or|and) (?:over|older|above|up)\b|\b\d\d years?|\byears (?:old|of age)\b|\bbe \d\d\b|"
            r"\bminors?\b|\bchild"
        ),
    ),
    (
        Fact.MEANS,
        (
            r"\b(?:contact|e-?mail(?:ing)?|write|writing|call|click\w*|link|log ?in|visit|form|settings|"
            r"preferences|send|"
            r"request|ask|tell us|by (?:post|mail|phone)|unsubscrib\w+|instructions)\b"
        ),
    ),
    (Fact.REASON, r"\b(?:because|so that|in order to|purposes?|obliges?|requires?|reasons?|to [a-z]+)\b"),
    (
        Fact.PEOPLE,
        (
            r"\b(?:employees?|staff|personnel|teams?|agents?|contractors?|third[- ]part(?:y|ies)|providers?|"
            r"partners?|"
            r"affiliates?|subsidiar\w+|authorit\w+|compan(?:y|ies)|agenc\w+|vendors?|processors?|advertisers?|users|"
            r"members|drivers?|riders?|couriers?|sellers?|merchants?|shops?|restaurants?|employers?|landlords?|"
            r"teachers?|"
            r"tutors?|doctors?|admin\w*|owners?|friends?|relatives|family|anyone|everyone|nobody|no one|public|"
            r"people|persons?|individuals|parents?|organi[sz]ations?)\b"
        ),
    ),
    (
        Fact.NOTICE,
        (
            r"\b(?:tell|told|notif\w+|notice|inform\w*|announc\w+|alert\w*|let you know|e-?mail you|post(?:ed|ing)?|"
            r"publish\w*|hear (?:of|about|from)|say so|report it|write to you)\b"
        ),
    ),
)
_NAME_INSIDE = re.compile(
    r"(?<=[a-z,;(“\"'–-])[\s(“\"]+(?:[A-Z][\w&.-]+)|\b[A-Z]\w+ (?:Inc|Ltd|LLC|GmbH|BV|AG|SE|Limited)\b"
)
_NAME_FIRST = re.compile(
    r"^(?!(?:It|He|She|They|That|Nobody|Everyone|Everybody|Someone|Somebody|Anyone|Who|What|Which|One|Each|Staff)\b)"
    r"[A-Z][\w&.-]+ (?:sends|runs|hosts|handles|processes|takes|provides|stores|delivers|prints|operates|collects|"
    r"measures|keeps|supplies|checks|manages|counts|carries)\b"
)
"""A name with which a sentence opens: "Twilio sends the messages"."""
_PLACE_INSIDE = re.compile(
    r"\b(?:in|near|at) (?!January|February|March|April|May|June|July|August|September|October|November|December|Monday|"
    r"Sunday|Settings|Privacy)[A-Z][a-z]{2,}"
)
"""What a preposition of place makes a town: "in Helsinki"."""
_NO_NAMES = re.compile(
    r"\b(?:I|We|You|Our|Your|Policy|Privacy|Services?|Site|Website|Personal|Data|Information|Terms|Users?|Company|"
    r"Notice|Statement|Platform|Product|Customers?|Account|App|Cookies?|Internet|Section|Article|GDPR|EU|EEA|IP|"
    r"US|UK|"
    r"European|Union|Economic|Area|The|This)\b"
)
_SOUGHT_PATTERNS = tuple((fact, re.compile(pattern)) for fact, pattern in _SOUGHT)
_GIVEN_PATTERNS = tuple((fact, re.compile(pattern)) for fact, pattern in _GIVEN)


def sought(question: str) -> frozenset[Fact]:
    """The kinds of fact that a question asks for; none where yes or no would answer it."""
    folded = " ".join(question.lower().split())
    return frozenset(fact for fact, pattern in _SOUGHT_PATTERNS if pattern.search(folded))


def given(sentence: str) -> frozenset[Fact]:
    """The kinds of fact that a sentence holds."""
    folded = " ".join(sentence.lower().split())
    found = {fact for fact, pattern in _GIVEN_PATTERNS if pattern.search(folded)}
    named_words = _NO_NAMES.sub("x", sentence)
    nobodys = without_places(named_words)
    if _NAME_INSIDE.search(nobodys) or _NAME_FIRST.search(nobodys):
        found.add(Fact.NAME)
    if _PLACE_INSIDE.search(named_words):
        found.add(Fact.PLACE)
    return frozenset(found)


_NAMED = re.compile(r"(?<=[a-z0-9,] )[A-Z][\w.-]*[\w]|\b[A-Z]{2,}\b")
_NOT_NAMED = frozenset({"I", "I'm", "I've", "I'd", "I'll", "OK", "PLEASE", "DO", "NOT", "MY", "YOU"})


def named(question: str) -> tuple[str, ...]:
    """The words that a question writes as names ("Do you use Google Analytics?"); none where all is in capitals."""
    if question.isupper():
        return ()
    return tuple(found for found in _NAMED.findall(question) if found not in _NOT_NAMED)


_INVITES = re.compile(
    r"\b(?:questions?|concerns?|comments?|inquir\w+|enquir\w+|quer(?:y|ies)|"
    r"(?:more|further|additional) (?:information|details))\b"
    r".{0,120}\b(?:contact|e-?mail|write|call|reach|get in touch|visit|see|ask)\b|"
    r"\b(?:contact|e-?mail|write to|call|reach) us\b.{0,60}\b(?:questions?|concerns?|comments?|inquir\w+|enquir\w+)\b",
    re.IGNORECASE | re.DOTALL,
)
_SEEKS = re.compile(
    r"\b(?:contact|ask|questions?|reach|write|turn to|talk|speak|call|e-?mail|phone|telephone|address|complain\w*|"
    r"learn|find out|more about|get in touch|who is responsible|whom)\b",
    re.IGNORECASE,
)
_OF_POLICY = r"\b(?:this|our|the) (?:\w+ )?(?:privacy )?(?:policy|notice|statement|document|sheet|page)\b"
_INTRODUCES = re.compile(
    _OF_POLICY + r"[^.]{0,40}\b(?:describ\w+|explain\w*|tells?|sets? out|outlin\w+|inform\w*|"
    r"details|is (?:designed|intended|meant|there)|is to be read)\b|"
    r"\b(?:prepared|written|wrote|drafted|read|understand\w*|review)\b[^.]{0,40}" + _OF_POLICY,
    re.IGNORECASE,
)
_ABOUT_POLICY = re.compile(
    r"\b(?:policy|policies|notice|statement|document|text|version|terms|agreement)\b", re.IGNORECASE
)


def introduces(sentence: str) -> bool:
    """Whether a sentence speaks of the policy itself: what it is for, and that people should read it."""
    return _INTRODUCES.search(sentence) is not None


def about_policy(question: str) -> bool:
    """Whether a question is about the policy itself."""
    return _ABOUT_POLICY.search(question) is not None


def invites(sentence: str) -> bool:
    """Whether a sentence invites people to ask: it names what they may ask about, and says nothing on it."""
    return _INVITES.search(sentence) is not None


def seeks(question: str) -> bool:
    """Whether a question asks for somebody to ask, or for a way to reach them."""
    return _SEEKS.search(question) is not None
