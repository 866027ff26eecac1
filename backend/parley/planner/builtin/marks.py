"""The words that a sentence turns on: conditions, loops, "otherwise", what starts it, and where one action ends and the next begins."""

import re

from parley.planner.builtin.lexicon import ANY_VERB, IMPERATIVE, PERSON, PLACE
from parley.planner.builtin.text import wordset

FILLER = re.compile(
    r"^(?:(?:and|then|and then|after that|afterwards?|next|finally|lastly|first(?:ly)?|second(?:ly)?"
    r"|third(?:ly)?|after which|later|now|so|but|"
    r"concretely|specifically|in short|basically|in detail|on top of that|besides(?: that)?|moreover|furthermore|apart from that"
    r"|beyond that|what is more|what (?:i|we)(?:'d like| would like| want| need)(?: is)?(?: that)?"
    r"|i want that|we want that|"
    r"please|pls|also|too|just|simply|automatically|immediately|in addition|additionally|directly|instead"
    r"|well|ok(?:ay)?|hi|hello|hey|"
    r"i (?:want|need|would like|'d like)(?: you)? to|i'd like(?: you)? to|we (?:want|need|would like"
    r"|'d like) to|we'd like to|(?:can|could|would|will) (?:you|we|i)(?: please)?|"
    r"let's|let us|make (?:sure )?that|please make that|it (?:must|should|has to|needs to|will)"
    r"|the (?:system|workflow|bot|app|process) (?:should|must|has to|will|is)|"
    r"(?:it|we|you|they|i) (?:should|must|will|shall|has to|have to|need to|want to|are to|is to)|should"
    r"|must|has to|you|we|it)\b[\s,:]*)+",
    re.I,
)
ALSO = re.compile(r"\b(?:also|as well|additionally|in addition|too)\b", re.I)
PARALLEL = re.compile(r"\b(?:in parallel|at the same time|simultaneously|side by side|concurrently|both at once|at once)\b", re.I)
BULLET = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•–]|\([a-z0-9]\)|step \d+:?)\s+", re.I)
AFTER_ALL = re.compile(
    r"^(?:and )?(?:(?:after|when|once|as soon as) (?:all|everything|every one|everyone|they are all"
    r"|the loop|that is done for all)\b[^,]*?"
    r"(?:,|\b(?:done|finished|through|over|processed|handled|complete[d]?|checked|ready)\b,?|(?=\b(?:post"
    r"|send|email|mail|write|notify|tell)\b))"
    r"|at the (?:very )?end\b,?|in the end\b,?|finally\b,?|when (?:done|finished|that is done"
    r"|it is done)\b,?|after the loop\b,?|after(?:wards)? (?:all|the last)\b[^,]*,)",
    re.I,
)
ELSE = re.compile(
    r"^(?:and |but |or )?(?:otherwise|or else|else|if not(?!\s+(?:yet\s+|fully\s+|really\s+)?[\w-]+\s*,)"
    r"|if (?:it|they|she|he) (?:is|are|does|do|was)(?: not|n't)(?=\s*(?:[,:]|$))"
    r"|every(?:thing|body|one) else|any(?:body|one) else|(?:everything|anything|all|those|the ones|ones|what is) in between"
    r"|all (?:the )?others?|the rest|the others?"
    r"|any(?:thing)? (?:other|else)|"
    r"for (?:everything else|all others?|the rest|others?)|in (?:all |any )?other cases?|other ones|others)\b[\s,:]*"
    r"(?:(?:is|are|gets?|goes?|go|should be|must be|just|simply|only|they|it)\s+)*(?:to be )?",
    re.I,
)
SO = re.compile(
    r"^(?:and |but )?(?:if so\b(?! far)|if (?:it|they|she|he|that) (?:is|are|does|do|was|has|have)|if yes|in that case)(?:(?<=so)"
    r"|(?=\s*[,:]))",
    re.I,
)
EITHER = re.compile(
    r"^(?:and |but |then )?(?:either way|in (?:either|any|both|every) cases?|in any event|whatever (?:happens|the outcome|the answer"
    r"|the decision)"
    r"|no matter what|regardless(?: of (?:that|the \w+))?|whichever it is|both ways)\b[\s,:]*",
    re.I,
)
# "above 30 degrees mail ...", "under 5 pieces: order more"
BEYOND = re.compile(r"^(?=(?:above|over|below|under|more than|less than|fewer than|at least|at most|beyond|between)\s+[$€£]?\d)", re.I)
UNLESS = re.compile(r"^(?:unless|except (?:if|when))\s+", re.I)
IF = re.compile(
    r"^(?:only |but |and )*(?:if|in case|provided(?: that)?|as long as|whenever it is|only when"
    r"|check (?:if|whether)|see (?:if|whether)|verify (?:if|whether|that)|test (?:if|whether)"
    r"|where(?:ver)?(?= (?:it|they|this|that|these|those|there|(?:the|its|their|an?) [\w-]+(?: [\w-]+)?)"
    r" (?:is|are|was|were|has|have|falls?|rises?|drops?|exceeds?|contains?|mentions?|says?)\b)"
    r"|(?:for|with) (?:those|any(?:thing)?|the ones)(?: (?:that|which|who) (?:are|is))?(?= (?:above|over|under|below|more|less|at"
    r"|older)\b))\s+",
    re.I,
)
EACH = re.compile(
    r"^(?:and )?(?:for|with) (?:each|every|all(?: of)?)(?: (?:single )?one)?(?: of)?\s+|^(?:go|walk|run"
    r"|step|work) (?:through|over)\s+|^(?:loop|iterate) (?:over|through)\s+"
    r"|^(?:handle|process|take) (?:each|every)\s+|^(?:for|per) (?=\w+$)|^do this for (?:each|every)\s+",
    re.I,
)
WHEN = re.compile(
    r"^(?:when(?:ever)?|as soon as|once|each time|every time|the moment|upon"
    r"|after (?=an? (?!(?:day|week|month|hour|minute|second|year|while|moment)\b)|someone"
    r"|somebody|the user|every )|if (?:a new|an? incoming|someone|somebody|a customer|a user|a visitor"
    r"|anyone)(?= )|"
    r"on (?=(?:an? |every |each |new |incoming )|chat|webhook|request|message|sign-?up|form)"
    r"|trigger(?:ed)?(?: is| by| on)?\s*:?|start(?:s|ed|ing)?(?: with| from| when| on| by)\s*:?|"
    r"the (?:trigger|start) is|starting point\s*:?)\s*",
    re.I,
)
INNER = re.compile(
    r"\s+(?P<if>(?:only |but only )?if|but only when|only when|in case|provided that)\s+"
    r"|\s+(?P<unless>unless|except (?:if|when))\s+"
    r"|\s+(?P<when>as soon as|whenever|every time|each time|when|once(?! per\b| an?\b| every\b| each\b))\s+(?=\w)|\s+(?P<each>for (?:each"
    r"|every)(?: one)?(?: of)?|per(?! e-?mail| mail| day| hour| week| month| minute| year"
    r"| slack))\s+(?=[\w⟨])",
    re.I,
)
SEPARATOR = re.compile(
    r"\s*[,–;]\s*(?:and\s+then\s+|and\s+also\s+|and\s+|then\s+|but\s+|or\s+|so\s+)?|\s+(?:and"
    r"|but)\s+(?:then\s+|also\s+)?|\s+then\s+|\s+than\s+(?=\w+\s+(?:a|an|the|it)\b)"
    r"|\s+afterwards?\s+and\s+|\s+or\s+(?=with\b)",
    re.I,
)
NOUNISH = wordset(
    """
    email e-mail mail emails mails message messages report reports note notes text label labels tag tags answer answers reply
    replies list record records log logs file files count map order number date name address phone city format update updates
    alert alerts post posts search call calls request requests share copy draft review reviews download downloads return returns
    show confirm entry check checks set question summary open record sort word
    """
)
LISTS_TOOLS = re.compile(
    r"\b(?:agent|assistant)\b.*\b(?:can|able to|with access to|with (?:the )?tools?|uses?|using)\b(?!.*\banswers?\b)", re.I
)
HAS_TOOLS = re.compile(r"\bagent\s+with\s+(?:(?!and\b)[\w⟨⟩-]+\s*){1,5}$", re.I)
PLACED = re.compile("|".join(pattern.pattern for _, pattern in PLACE), re.I)
PASSIVE = re.compile(
    rf"^(?:[\w'⟨⟩-]+\s+){{0,5}}?(?:is|are|gets?|get|goes|go|should be|must be|has to be|have to be|will be"
    rf"|was)\s+(?:then |also |just )?(?:{ANY_VERB.pattern}|to\b|into\b|out\b)",
    re.I,
)
SOMEONE_ACTS = re.compile(
    rf"^(?:i|we|they|he|she|someone|somebody)\s+(?:{ANY_VERB.pattern})|"
    rf"^(?:let|have|make|the|our|my|an?|{PERSON})\s+(?:(?!and\b|or\b)[\w⟨⟩-]+\s+){{1,4}}?(?:(?:should|must|has to"
    rf"|have to|needs to|will|can|to)\s+)?(?:{ANY_VERB.pattern})",
    re.I,
)
# "let AI weigh up whether ...": whatever the verb, a model told to do something does it.
MODEL_ACTS = re.compile(
    r"^(?:(?:let|have|make|ask|get)\s+)?(?:an?\s+|the\s+|our\s+)?(?:large )?(?:language model|a\.?i\.?|llm|gpt\S*|model)\s+"
    r"(?!and\b|or\b|is\b|in\b|on\b|of\b|step\b)[a-z]{3,}",
    re.I,
)
# "Before the roof is closed, a surveyor has to look at it": said the other way round.
BEFORE_FIRST = re.compile(r"^before\s+(?P<act>[^,;]+?)\s*,\s*(?P<first>[^;]+)$", re.I)
SETS = re.compile(r"^[a-z_][\w ]{0,30}?\s*:?=", re.I)  # "copies = 250" sets a value, whatever its name is else
# "after it waits an hour": afterwards it waits
AFTER_IT = re.compile(rf"^after(?: that| this)? it (?={ANY_VERB.pattern})", re.I)
RECEIVES = re.compile(
    r"^(?:the |all |our )?(?:(?!and\b|or\b|to\b)[\w-]+\s+){1,3}?(?:gets?|receives?)\s+(?:an?|the|their|our|his|her"
    r"|its|one)\s+\w",
    re.I,
)
AFTER_A_WHILE = re.compile(r"(?:and |then )*after (?:another |an? |\w+ )(?:\w+ )?(?:second|minute|hour|day|week|month)s?\b", re.I)
UNKNOWN_ACTION = re.compile(
    r"(?!(?:for|from|with|without|of|in|into|on|onto|to|at|by|as|or|and|via|per|about|over|under|above|below|after|before|between"
    r"|than|like|plus|not"
    r"|including|even|only|all|both|either|neither|if|when|that|which|who|whose|where|is|are|was|has|have|had|also|just|once|until"
    r"|while|during|within"
    r"|through|because|so|but|then|else|using|saying|containing|against|behind|beside|near|around|across|whether|what|how|why|whatever)\b)"
    r"[a-z]{3,}\s+(?:the|it|them|those|these|our|my|him|her)\b(?!\s+(?:is|are|was)\b)",
    re.I,
)
AMOUNT = re.compile(r"(?:from|between|above|over|under|below|more than|less than|at least|at most|up to)\s+\d[\d.,]*(?:\s+\w+){0,4}$", re.I)
MODAL_BREAK = re.compile(
    r"\s+(?=(?:it|we|you|they|i|(?:the|our|a|an|my) (?:[\w-]+ ){1,3}?)\s?(?:must|should|shall|has to"
    r"|have to|needs? to|will|gets?|also|goes)\b)|\s+(?=(?:also|please|then|just)\s)|\s+then\s+",
    re.I,
)
MENTIONED = re.compile(r"(?<=\bmentioned)\s+(?=\w)|(?<=\binvolved)\s+(?=\w)|(?<=\bconcerned)\s+(?=\w)", re.I)
IMPERATIVE_BREAK = re.compile(
    rf"(?<=[\w%⟩)])\s+(?=(?:{IMPERATIVE.pattern})\s+(?:it\b|them\b|him\b|her\b|an?\b|the\b|to\b|us\b|me\b"
    rf"|⟨|in\b|on\b|everyone\b|our\b|with\b|for\b|by\b|its\b|their\b|each\b|\d)|(?:wait|pause)s?\s"
    rf"|check (?:if|whether)\b)",
    re.I,
)
# "... below 12 start the heater": whatever the verb, behind the number something begins.
NUMBER_BREAK = re.compile(
    r"(?<=\d)\s*(?:%|°\s?[cf]?|[a-z]{1,9}(?=\s+[a-z]+\s+(?:the|it|them|an?|our|on|off|up|down)\b))?\s+"
    r"(?=(?!(?:in|on|for|from|per|of|and|or|at|by|to|than|minutes?|hours?|days?|weeks?|points?|euros?|degrees?|people"
    r"|percent)\b)[a-z]{3,}\s+"
    r"(?:the|it|them|an?|our|on|off|up|down|everyone|⟨)(?:\s|$))",
    re.I,
)
AMOUNT_FIRST = re.compile(
    r"^(?:(?:the|its|a)\s+)?(?:(?!and\b|or\b|then\b|if\b|is\b|are\b|was\b|whoever\b)[a-z][\w-]*\s+){1,2}"
    r"(?:above|over|below|under|more than|less than)\s+-?\d",
    re.I,
)
MODEL_BREAK = re.compile(
    r"\s*,?\s+(?=(?:the |an? |our )?(?:large )?(?:language model|a\.?i\.?|llm|model|agent|assistant)\s+(?!and\b|or\b"
    r"|is\b)[a-z]{3,}\b)",
    re.I,
)
BY_WHAT = re.compile(
    r"^(?:and )?(?:depending on|based on|according to|by|switch(?:es)? (?:on|by)) (?:the |its "
    r"|their )?([\w ]{2,30})$",
    re.I,
)
ITS_CASE = re.compile(
    r"^(?:(?:the|an?|for|if|in case of)\s+)?(?P<name>[\w-]+(?:\s(?!is\b|are\b|goes\b|go\b|gets?\b|needs?\b|to\b|into\b|must\b"
    r"|should\b)[\w-]+)?)"
    r"\s*(?P<done>(?:(?:is|are|goes|go|gets?|needs?|to|into|by|via|must|should|requires?)\b|→|=).*)$",
    re.I,
)
WISH = re.compile(
    r"^(?:(?:i|we)(?:'d)? (?:want|would like|like|need|wish)(?: it)? that (?=\w)"
    r"|(?:please )?(?:(?:can|could|would) you (?:please )?)?(?:build|make|create|set up|design)(?: me| us)? (?:something"
    r"|an? (?:workflow|flow|process"
    r"|automation|bot|chat ?bot)) (?:where|in which) )",
    re.I,
)
