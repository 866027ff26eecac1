"""What is not wanted: "the choir can do without it", "don't send it until the lead has seen it"; never read as a wish to add."""

import re

from parley.planner.builtin import lexicon

_NOT = r"(?:does|do|is|are|should|will|need|must|can|shall)(?:n't| not)|cannot"
# "sales can do without it", "the approval is no longer needed", "the mail can go", "nobody reads the Slack post"
_UNWANTED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^(?!(?:we|i|you|it|that|this|there|nothing)\b)(?P<what>.+?)\s+(?:(?:{_NOT})(?: really)?|(?:(?:is|are)\s+)?no longer"
        rf"|never)\s+(?:have to "
        rf"|has to |to )?(?:be\s+)?(?:the\s+)?(?:needs?|needed|wants?|wanted"
        r"|requires?|required|necessary|gets?|receives?|notified|told|informed|asked|used|relevant|involved|sent|posted|mailed|there"
        r"|hears?|sees?"
        r"|know)\b[^,;]*$",
        r"^(?P<what>.+?)\s+(?:can|could|may|should|must|has to|have to)\s+(?:now\s+)?(?:go|leave|disappear|be (?:removed|dropped"
        r"|deleted|left out"
        r"|skipped|cut|gone|taken out))(?: (?:now|again|away|too|as well))*$",
        r"^(?:nobody|no ?one|none of us)\s+(?:reads?|needs?|wants?|uses?|looks? at|cares about)\s+(?!to\b)(?P<what>.+?)(?:\s+any ?more"
        r"|\s+any longer)?$",
        r"^(?P<what>.+?)\s+(?:is|are)\s+(?:superfluous|unnecessary|redundant|obsolete|overkill|pointless|useless"
        r"|noise|nonsense|too much|in the way)$",
        r"^(?:nobody|no ?one)\s+(?:has to|have to|needs? to|must|should)\s+(?P<what>.+?)(?:\s+any (?:more|longer))?(?:\s+either)?$",
        r"^we\s+can\s+(?:do|live|manage)\s+without\s+(?P<what>.+)$",
        r"^(?:stop|quit|no more)\s+(?:posting|sending|mailing|emailing|writing|asking|searching|telling|notifying|saving|storing"
        r"|messaging|pinging"
        r"|doing|waiting for|waiting)?\s*(?:(?:it|them|this|that|anything|messages?)\s+)?(?:to|in|into|on|for|with|via"
        r"|from)?\s*(?P<what>.+)$",
    )
)
# "don't mail it before the chef has approved it" asks for what must come first.
_NOT_BEFORE = re.compile(
    r"^(?:do not|don't|never|nothing (?:is|gets|should be|may be))\s+(?P<act>.+?)\s+(?:before|until|till|without|unless)\s+(?P<first>.+)$",
    re.I,
)
_GIVEN_WITHOUT = re.compile(
    r"^(?:an? |the |my |our )?(?:approval|permission|ok|consent|sign-?off|confirmation|go-ahead)\b(?P<of>.*)$", re.I
)
_DENIES = re.compile(
    rf"\b(?:{_NOT})\b|\bno longer\b|\bany ?more\b|\bany longer\b|^\W*(?:never|don't|not|stop|nobody|no one|without)\b", re.I
)
_CONDITION = re.compile(r"\b(?:if|unless|when|whenever|where|in case|otherwise|that|which|who|whether|because|so)\b", re.I)


_KEPT = re.compile(
    r"^(?:we\s+)?(?:keep|leave|only keep|just keep|need|only need)\s+(?:just|only|nothing but)?\s*(?P<kept>(?:the|that|this)\s+[^,;]+?)"
    r"(?:\s*(?:,|;|\band\b)\s*(?:and\s+)?(?:the rest|everything else|all else|the others?|all the rest)\b.*)$"
    r"|^(?:keep|leave)\s+(?:just|only|nothing but)\s+(?P<alone>[^,;]+)$",
    re.I,
)


def all_but(text: str) -> str | None:
    """ "keep only the mail, the rest can go" -> "everything except the mail"."""
    match = _KEPT.match(text)
    return f"everything except {match['kept'] or match['alone']}" if match else None


def unwanted(text: str) -> str | None:
    """The words for what shall go, or None where the text does not say so."""
    if re.match(r"(?:if|when|unless|in case|once|only)\b", text, re.I):
        return None
    for pattern in _UNWANTED:
        if match := pattern.match(text):
            what = re.sub(r"^(?:now|actually|also|and|but|for)\s+", "", match["what"].strip(), flags=re.I)
            return what or None
    return None


def turned(text: str) -> str:
    """ "don't mail it before the chef has approved it" -> "the chef has approved it before mail it"; other texts as they are."""
    match = _NOT_BEFORE.match(text)
    if match is None:
        return text
    act = re.sub(r"^(?:is|gets|be)\s+", "", match["act"])
    if text[:7].lower() == "nothing":
        act = f"anything is {re.sub(r'^(?:should|may) be ', '', act)}"
    act = act if re.match(r"(?:sent|posted|mailed|stored|saved|answered)\b", act, re.I) is None else f"it is {act}"
    first = match["first"]
    if given := _GIVEN_WITHOUT.match(first):
        return f"ask for approval{given['of']} before {act}"
    judged = re.sub(r"\b(?:has|have|had)\s+([a-z]+)", lambda done: f"must {_judgement(done[1])}", first, count=1, flags=re.I)
    return f"{judged} before {act}"


def _judgement(done: str) -> str:
    """ "approved", "signed" -> the verb; whatever else was to happen first ("seen", "read"), a person checks."""
    base = lexicon.base_of(done)
    return base if base != done.lower() and re.fullmatch(r"approve|confirm|check|review|sign|okay|release", base) else "check"


def denies(text: str) -> bool:
    """Whether the main clause says that something is not to be; a "not" inside a condition or a quoted wish does not count."""
    main = _CONDITION.split(text)[0]
    return bool(main.strip() and _DENIES.search(main))
