"""A message to clauses in the order they happen: sentences, lists and arrows, then conditions, loops and reversed order inside them."""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, Protocol

from parley.planner.builtin import conditions, schedule
from parley.planner.builtin.lexicon import ANY_VERB, IMPERATIVE, PERSON, PLACE
from parley.planner.builtin.text import wordset

# do: an action · when: what starts it · if, unless, else, case: the branch that the text belongs to · each: a loop's head
# so: the condition before holds after all · either: whatever was decided before · after_all: the loop is over · title: a heading
Marker = Literal["do", "when", "if", "unless", "else", "so", "either", "case", "each", "after_all", "title"]


@dataclass(frozen=True)
class Clause:
    """`text` is masked. For `if`, `unless`, `case`, `each` and `when` it is the condition, label, thing or event, and the actions follow
    as clauses of their own in the same `sentence`. `reversed`: it was said after its action, which is the one clause that follows."""

    marker: Marker
    text: str
    sentence: int
    also: bool = False  # "also", "as well": beside what is there, not instead of it
    parallel: bool = False
    reversed: bool = False
    item: bool = False  # stood on its own, as a list item or between arrows


_FILLER = re.compile(
    r"^(?:(?:and|then|and then|after that|afterwards?|next|finally|lastly|first(?:ly)?|second(?:ly)?"
    r"|third(?:ly)?|after which|later|now|so|but|"
    r"concretely|specifically|in short|basically|in detail|what (?:i|we)(?:'d like| would like| want| need)(?: is)?(?: that)?"
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
_ALSO = re.compile(r"\b(?:also|as well|additionally|in addition|too)\b", re.I)
_PARALLEL = re.compile(r"\b(?:in parallel|at the same time|simultaneously|side by side|concurrently|both at once|at once)\b", re.I)
BULLET = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•–]|\([a-z0-9]\)|step \d+:?)\s+", re.I)

_AFTER_ALL = re.compile(
    r"^(?:and )?(?:(?:after|when|once|as soon as) (?:all|everything|every one|everyone|they are all"
    r"|the loop|that is done for all)\b[^,]*?"
    r"(?:,|\b(?:done|finished|through|over|processed|handled|complete[d]?|checked|ready)\b,?|(?=\b(?:post"
    r"|send|email|mail|write|notify|tell)\b))"
    r"|at the (?:very )?end\b,?|in the end\b,?|finally\b,?|when (?:done|finished|that is done"
    r"|it is done)\b,?|after the loop\b,?|after(?:wards)? (?:all|the last)\b[^,]*,)",
    re.I,
)
_ELSE = re.compile(
    r"^(?:and |but |or )?(?:otherwise|or else|else|if not|if (?:it|they|she|he) (?:is|are|does|do|was)(?: not|n't)(?=\s*(?:[,:]|$))"
    r"|everything else|(?:everything|anything|all|those|the ones|ones|what is) in between|all (?:the )?others?|the rest|the others?"
    r"|any(?:thing)? (?:other|else)|"
    r"for (?:everything else|all others?|the rest|others?)|in (?:all |any )?other cases?|other ones|others)\b[\s,:]*"
    r"(?:(?:is|are|gets?|goes?|go|should be|must be|just|simply|only|they|it)\s+)*(?:to be )?",
    re.I,
)
_SO = re.compile(
    r"^(?:and |but )?(?:if so|if (?:it|they|she|he|that) (?:is|are|does|do|was|has|have)|if yes|in that case)(?=\s*[,:])", re.I
)
_EITHER = re.compile(
    r"^(?:and |but |then )?(?:either way|in (?:either|any|both|every) cases?|in any event|whatever (?:happens|the outcome|the answer"
    r"|the decision)"
    r"|no matter what|regardless(?: of (?:that|the \w+))?|whichever it is|both ways)\b[\s,:]*",
    re.I,
)
# "above 30 degrees mail ...", "under 5 pieces: order more"
_BEYOND = re.compile(r"^(?=(?:above|over|below|under|more than|less than|fewer than|at least|at most|beyond)\s+[$€£]?\d)", re.I)
_UNLESS = re.compile(r"^(?:unless|except (?:if|when))\s+", re.I)
_IF = re.compile(
    r"^(?:only |but |and )*(?:if|in case|provided(?: that)?|as long as|whenever it is|only when"
    r"|check (?:if|whether)|see (?:if|whether)|verify (?:if|whether|that)|test (?:if|whether)"
    r"|where(?:ver)?(?= (?:it|they|this|that|these|those|there|(?:the|its|their|an?) [\w-]+(?: [\w-]+)?)"
    r" (?:is|are|was|were|has|have|falls?|rises?|drops?|exceeds?|contains?|mentions?|says?)\b)"
    r"|(?:for|with) (?:those|any(?:thing)?|the ones)(?: (?:that|which|who) (?:are|is))?(?= (?:above|over|under|below|more|less|at"
    r"|older)\b))\s+",
    re.I,
)
_EACH = re.compile(
    r"^(?:and )?(?:for|with) (?:each|every|all(?: of)?)(?: (?:single )?one)?(?: of)?\s+|^(?:go|walk|run"
    r"|step|work) (?:through|over)\s+|^(?:loop|iterate) (?:over|through)\s+"
    r"|^(?:handle|process|take) (?:each|every)\s+|^(?:for|per) (?=\w+$)|^do this for (?:each|every)\s+",
    re.I,
)
_WHEN = re.compile(
    r"^(?:when(?:ever)?|as soon as|once|each time|every time|the moment|upon"
    r"|after (?=an? (?!(?:day|week|month|hour|minute|second|year|while|moment)\b)|someone"
    r"|somebody|the user|every )|if (?:a new|an? incoming|someone|somebody|a customer|a user|a visitor"
    r"|anyone)(?= )|"
    r"on (?=(?:an? |every |each |new |incoming )|chat|webhook|request|message|sign-?up|form)"
    r"|trigger(?:ed)?(?: is| by| on)?\s*:?|start(?:s|ed|ing)?(?: with| from| when| on| by)\s*:?|"
    r"the (?:trigger|start) is|starting point\s*:?)\s*",
    re.I,
)
_INNER = re.compile(
    r"\s+(?P<if>(?:only |but only )?if|but only when|only when|in case|provided that)\s+"
    r"|\s+(?P<unless>unless|except (?:if|when))\s+"
    r"|\s+(?P<when>as soon as|whenever|every time|each time|when|once(?! per\b| an?\b| every\b| each\b))\s+(?=\w)|\s+(?P<each>for (?:each"
    r"|every)(?: one)?(?: of)?|per(?! e-?mail| mail| day| hour| week| month| minute| year"
    r"| slack))\s+(?=[\w⟨])",
    re.I,
)
_INNER_MARKERS: dict[str, Marker] = {"if": "if", "unless": "unless", "when": "when", "each": "each"}
_SEPARATOR = re.compile(
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
_LISTS_TOOLS = re.compile(
    r"\b(?:agent|assistant)\b.*\b(?:can|able to|with access to|with (?:the )?tools?|uses?|using)\b(?!.*\banswers?\b)", re.I
)
_HAS_TOOLS = re.compile(r"\bagent\s+with\s+(?:(?!and\b)[\w⟨⟩-]+\s*){1,5}$", re.I)
_PLACED = re.compile("|".join(pattern.pattern for _, pattern in PLACE), re.I)
_PASSIVE = re.compile(
    rf"^(?:[\w'⟨⟩-]+\s+){{0,5}}?(?:is|are|gets?|get|goes|go|should be|must be|has to be|have to be|will be"
    rf"|was)\s+(?:then |also |just )?(?:{ANY_VERB.pattern}|to\b|into\b|out\b)",
    re.I,
)
_SOMEONE_ACTS = re.compile(
    rf"^(?:i|we|they|he|she|someone|somebody)\s+(?:{ANY_VERB.pattern})|"
    rf"^(?:let|have|make|the|our|my|an?|{PERSON})\s+(?:(?!and\b|or\b)[\w⟨⟩-]+\s+){{1,4}}?(?:(?:should|must|has to"
    rf"|have to|needs to|will|can|to)\s+)?(?:{ANY_VERB.pattern})",
    re.I,
)
# "let AI weigh up whether ...": whatever the verb, a model told to do something does it.
_MODEL_ACTS = re.compile(
    r"^(?:(?:let|have|make|ask|get)\s+)?(?:an?\s+|the\s+|our\s+)?(?:large )?(?:language model|a\.?i\.?|llm|gpt\S*|model)\s+"
    r"(?!and\b|or\b|is\b|in\b|on\b|of\b|step\b)[a-z]{3,}",
    re.I,
)
_SETS = re.compile(r"^[a-z_][\w ]{0,30}?\s*:?=", re.I)  # "copies = 250" sets a value, whatever its name is else
# "after it waits an hour": afterwards it waits
_AFTER_IT = re.compile(rf"^after(?: that| this)? it (?={ANY_VERB.pattern})", re.I)
_RECEIVES = re.compile(
    r"^(?:the |all |our )?(?:(?!and\b|or\b|to\b)[\w-]+\s+){1,3}?(?:gets?|receives?)\s+(?:an?|the|their|our|his|her"
    r"|its|one)\s+\w",
    re.I,
)
_AFTER_A_WHILE = re.compile(r"(?:and |then )*after (?:another |an? |\w+ )(?:\w+ )?(?:second|minute|hour|day|week|month)s?\b", re.I)
_UNKNOWN_ACTION = re.compile(
    r"(?!(?:for|from|with|without|of|in|into|on|onto|to|at|by|as|or|and|via|per|about|over|under|above|below|after|before|between"
    r"|than|like|plus|not"
    r"|including|even|only|all|both|either|neither|if|when|that|which|who|whose|where|is|are|was|has|have|had|also|just|once|until"
    r"|while|during|within"
    r"|through|because|so|but|then|else|using|saying|containing|against|behind|beside|near|around|across|whether|what|how|why|whatever)\b)"
    r"[a-z]{3,}\s+(?:the|it|them|our|my|him|her)\b(?!\s+(?:is|are|was)\b)",
    re.I,
)
_AMOUNT = re.compile(
    r"(?:from|between|above|over|under|below|more than|less than|at least|at most|up to)\s+\d[\d.,]*(?:\s+\w+){0,4}$", re.I
)
_MODAL_BREAK = re.compile(
    r"\s+(?=(?:it|we|you|they|i|(?:the|our|a|an|my) (?:[\w-]+ ){1,3}?)\s?(?:must|should|shall|has to"
    r"|have to|needs? to|will|gets?|also|goes)\b)|\s+(?=(?:also|please|then|just)\s)|\s+then\s+",
    re.I,
)
_MENTIONED = re.compile(r"(?<=\bmentioned)\s+(?=\w)|(?<=\binvolved)\s+(?=\w)|(?<=\bconcerned)\s+(?=\w)", re.I)
_IMPERATIVE_BREAK = re.compile(
    rf"(?<=[\w%⟩)])\s+(?=(?:{IMPERATIVE.pattern})\s+(?:it\b|them\b|him\b|her\b|an?\b|the\b|to\b|us\b|me\b"
    rf"|⟨|in\b|on\b|everyone\b|our\b|with\b|for\b|by\b|its\b|their\b|each\b|\d)|(?:wait|pause)s?\s"
    rf"|check (?:if|whether)\b)",
    re.I,
)


# "... below 12 start the heater": whatever the verb, behind the number something begins.
_NUMBER_BREAK = re.compile(
    r"(?<=\d)\s*(?:%|°\s?[cf]?|[a-z]{1,9}(?=\s+[a-z]+\s+(?:the|it|them|an?|our|on|off|up|down)\b))?\s+"
    r"(?=(?!(?:in|on|for|from|per|of|and|or|at|by|to|than|minutes?|hours?|days?|weeks?|points?|euros?|degrees?|people"
    r"|percent)\b)[a-z]{3,}\s+"
    r"(?:the|it|them|an?|our|on|off|up|down|everyone|⟨)(?:\s|$))",
    re.I,
)
_MODEL_BREAK = re.compile(
    r"\s*,?\s+(?=(?:the |an? |our )?(?:large )?(?:language model|a\.?i\.?|llm|model|agent|assistant)\s+(?!and\b|or\b"
    r"|is\b)[a-z]{3,}\b)",
    re.I,
)


def split(masked: str) -> list[Clause]:
    """All clauses of a message, those that were said after their action moved before it."""
    clauses: list[Clause] = []
    for number, (sentence, is_item) in enumerate(_sentences(masked)):
        clauses += _sentence(sentence, number, is_item)
    return [_decides(clause) if index + 1 < len(clauses) else clause for index, clause in enumerate(clauses)]


def _decides(clause: Clause) -> Clause:
    """Between arrows and in lists, "a loss of more than 2 kg" with something behind it is a condition."""
    bare = clause.marker == "do" and clause.item and len(clause.text.split()) <= 9
    if bare and re.match(r"(?:nothing|no (?:match|hit|result|row|entry|answer|one)\w*|none|empty|not found)\b", clause.text, re.I):
        return replace(clause, marker="if")
    if bare and conditions.COMPARE.search(clause.text) and not ANY_VERB.search(clause.text) and not _PLACED.search(clause.text):
        return replace(clause, marker="if")
    return clause


def _sentences(masked: str) -> list[tuple[str, bool]]:
    if re.search(r"(?:^|\s)1[.)]\s.*?\s2[.)]\s", masked):
        masked = re.sub(r"\s+(?=\d{1,2}[.)]\s)", "\n", masked)  # a numbered list in one line
    lines = [line for line in masked.split("\n") if line.strip()]
    bulleted = [bool(BULLET.match(line)) for line in lines]
    found: list[tuple[str, bool]] = []
    for index, line in enumerate(lines):
        text = BULLET.sub("", line).strip()
        if any(bulleted) and not bulleted[index] and index == 0 and len(text.split()) <= 8 and not _WHEN.match(text):
            found.append((f"title: {text.strip(' :')}", True))
            continue
        pieces = re.split(r"\s→\s|^→\s|\s→$", text)
        if bulleted[index] and len(pieces) == 2 and re.fullmatch(r"[\w' -]{2,30}", pieces[0]) and not ANY_VERB.search(pieces[0]):
            pieces = [": ".join(pieces)]  # "- lost -> mail to ..." is a case
        for piece in pieces:
            for sentence in re.split(r"(?<=[.!?;])\s+|[.!?;]$|;\s*", piece):
                if sentence.strip(" .!;→"):
                    found.append((sentence.strip(" .!;"), bulleted[index] or len(pieces) > 1))
    return found


def _sentence(text: str, number: int, is_item: bool) -> list[Clause]:
    if text.startswith("title: "):
        return [Clause("title", text.removeprefix("title: "), number, item=True)]
    clauses: list[Clause] = []
    colon = re.match(r"^([^:⟨]{2,60}?)\s*:\s+(.+)$", text)
    if colon:
        head, tail = colon[1], colon[2]
        if re.fullmatch(r"(?:the )?(?:trigger|start|when|starts?(?: with)?)", head, re.I):
            return [Clause("when", tail, number, item=is_item)]
        if re.fullmatch(r"(?:on |in |via |by )?(?:the )?(?:chat|chat ?bot|web-?hook|manual(?:ly)?)", head, re.I):
            return [Clause("when", head, number, item=is_item), *_flow(tail, number, is_item)]
        if _ELSE.fullmatch(head):
            return [Clause("else", "", number, item=is_item), *_flow(tail, number, is_item)]
        if schedule.find(head):
            return _flow(f"{head}, {tail}", number, is_item)
        if (
            (len(head.split()) <= 3 or _AMOUNT.match(head))
            and not re.match(r"(?:then|next|first|please|also|finally|extract|set)\b", head, re.I)
            and not _WHEN.match(head)
        ):
            return [Clause("case", head, number, item=is_item), *_flow(tail, number, is_item)]
        if ANY_VERB.match(_FILLER.sub("", tail)) or _WHEN.match(tail) or _IF.match(tail):
            return [*_flow(head, number, is_item, opening=True), *_flow(tail, number, is_item)]
    clauses += _flow(text, number, is_item)
    return clauses


def _flow(text: str, number: int, is_item: bool, opening: bool = False) -> list[Clause]:
    """One sentence, or the part of one behind a colon."""
    out: list[Clause] = []
    parallel = bool(_PARALLEL.search(text))
    text = _PARALLEL.sub(" ", text).strip(" ,")
    rest = text
    while rest:
        rest = _AFTER_IT.sub("", rest.strip(" ,;:"))
        also = bool(re.match(r"(?:and |but |then )*also\b", rest, re.I))
        stripped = _FILLER.sub("", rest) if not _AFTER_ALL.match(rest) and not _ELSE.match(rest) and not _WHEN.match(rest) else rest
        rest = stripped
        if not rest:
            break
        make = partial(_clause, sentence=number, also=also, parallel=parallel, item=is_item)
        if (match := _AFTER_ALL.match(rest)) and (out or number):
            out.append(make("after_all", ""))
            rest = rest[match.end() :]
            continue
        if match := _SO.match(rest):
            out.append(make("so", ""))
            rest = rest[match.end() :]
            continue
        if match := _EITHER.match(rest):
            out.append(make("either", ""))
            rest = rest[match.end() :]
            continue
        if match := _ELSE.match(rest):
            out.append(make("else", ""))
            rest = rest[match.end() :]
            continue
        marked = _marked(rest)
        if marked is not None:
            marker, body = marked
            head, rest = _head(body, marker)
            if marker == "when" and (
                inner := re.search(r"\s+(?:and|,)\s+(?=(?:it|the \w+|its \w+)\s+(?:is|are|has|was|contains|mentions)\b)", head)
            ):
                out.append(make("when", head[: inner.start()]))
                out.append(make("if", head[inner.end() :]))
            else:
                out.append(make(marker, head))
            continue
        chunk, rest = _next_chunk(rest)
        out += _action(chunk, make)
    if opening and out:
        out[0] = replace(out[0], marker="when") if out[0].marker == "do" else out[0]
    return out


_MARKS: tuple[tuple[Marker, re.Pattern[str]], ...] = (("unless", _UNLESS), ("when", _WHEN), ("if", _IF), ("if", _BEYOND), ("each", _EACH))


def _marked(text: str) -> tuple[Marker, str] | None:
    for marker, pattern in _MARKS:
        if match := pattern.match(text):
            body = text[match.end() :]
            if pattern is _BEYOND and not _ends_before_action(body):
                return None
            if marker == "when" and match[0].lower().startswith("if "):
                body = text[3:]
            if marker == "when" and match[0].lower().startswith("trigger") and not body:
                return None
            return marker, body
    return None


def _ends_before_action(body: str) -> bool:
    return bool(re.match(r"[^,:;]{3,50}[,:]", body) or _IMPERATIVE_BREAK.search(body) or _NUMBER_BREAK.search(body))


def _head(body: str, marker: Marker) -> tuple[str, str]:
    """Where a condition, event or loop head ends and its actions begin."""
    if marker == "each" and IMPERATIVE.match(body):
        return "", body
    ends: list[tuple[int, int]] = []
    if comma := re.search(r"\s*,\s*(?:then\s+)?|\s+then\s+|\s*[:–]\s*|\s+and then\s+|\s+and than\s+", body):
        # "one by one" and enumerations stay whole: the comma ends the head when an action follows it.
        ends.append(comma.span())
    for match in _SEPARATOR.finditer(body):
        if starts_action(body[match.end() :]) and match.start() > 2:
            ends.append(match.span())
            break
    if marker in {"if", "unless"} and (match := _MENTIONED.search(body)):
        ends.append(match.span())
    if marker in {"if", "unless"} and (match := _MODAL_BREAK.search(body)) and match.start() > 4:
        ends.append(match.span())
    if marker == "each" and (match := _MODEL_BREAK.search(body)):
        ends.append(match.span())
    if marker in {"if", "unless"} and (match := _NUMBER_BREAK.search(body)):
        ends.append(match.span())
    if (match := _IMPERATIVE_BREAK.search(body)) and len(body[: match.start()].split()) >= {"when": 3, "each": 1}.get(marker, 2):
        ends.append(match.span())
    if not ends:
        return body, ""
    start, end = min(ends)
    return body[:start], body[end:]


def _next_chunk(text: str) -> tuple[str, str]:
    """The text up to the next separator behind which a new action (or a marker) begins."""
    for match in _SEPARATOR.finditer(text):
        if match.start() == 0:
            continue
        if (
            re.search(r"\bthen\b", match[0], re.I)
            and "," not in match[0]
            and not ANY_VERB.search(text[: match.start()])
            and len(text[: match.start()].split()) <= 4
        ):
            continue  # "a language model then writes ..." is one clause
        rest = text[match.end() :]
        if _LISTS_TOOLS.search(text[: match.start()]) and not match[0].strip().startswith(";"):
            continue
        if _HAS_TOOLS.search(text[: match.start()]) and re.fullmatch(r"\s*(?:and|or)\s*", match[0], re.I):
            continue
        unknown = _UNKNOWN_ACTION.match(rest)
        if re.search(r"\bthen\b", match[0], re.I) and _PLACED.search(rest):
            verb = ANY_VERB.match(_FILLER.sub("", text))
            return text[: match.start()], rest if starts_action(rest) or unknown or verb is None else f"{verb[0]} {rest}"
        if re.search(r"\bthen\b", match[0], re.I) or unknown:
            return text[: match.start()], rest  # an action all the same: what it asks for is at least told back
        if starts_action(rest) or _marked(rest) or _ELSE.match(rest) or _EITHER.match(rest) or _AFTER_ALL.match(rest):
            also = re.search(r"\balso\b", match[0], re.I)
            return text[: match.start()], ("also " if also else "") + rest
    return text, ""


def starts_action(text: str) -> bool:
    if _AFTER_IT.match(text):
        return True
    piece = _FILLER.sub("", text)
    if not piece or _SETS.match(piece):
        return False
    if _AFTER_A_WHILE.match(text):
        return True
    if match := ANY_VERB.match(piece):
        following = re.match(r"[\s]*([^\s,;]*)", piece[match.end() :])
        word = match[0].lower()
        if word in NOUNISH:
            after = following[1].lower() if following else ""
            ended = bool(re.match(r"\s*(?:,|$|and\b|or\b|as\b|is\b|are\b|from\b|of\b|comes?\b|address)", piece[match.end() :], re.I))
            return not ended and after not in {"from", "of", "as", "is", "are", "and", "or"}
        return True
    return bool(_PASSIVE.match(piece) or _SOMEONE_ACTS.match(piece) or _MODEL_ACTS.match(piece) or _RECEIVES.match(piece))


LONGEST = 600  # characters of one clause that are read; nobody's clause is longer, and every pattern stays fast


class _Make(Protocol):
    def __call__(self, marker: Marker, text: str) -> Clause: ...


def _clause(marker: Marker, text: str, *, sentence: int, also: bool, parallel: bool, item: bool) -> Clause:
    return Clause(marker, text[:LONGEST].strip(" ,;:."), sentence, also=also, parallel=parallel, item=item)


def _action(chunk: str, make: _Make) -> list[Clause]:
    """An action, with a condition, event or loop that was said behind it moved in front of it."""
    also = bool(_ALSO.search(chunk))
    for match in _INNER.finditer(chunk):
        head, tail = chunk[: match.start()], chunk[match.end() :]
        if not head.strip() or not tail.strip():
            continue
        marker = _INNER_MARKERS[match.lastgroup or "if"]
        if not ANY_VERB.search(head):
            continue
        clause, action = make(marker, tail), make("do", head)
        return [replace(clause, reversed=True), replace(action, also=action.also or also)]
    done = make("do", chunk)
    return [replace(done, also=done.also or also)]
