"""What kind of message it is: small talk, a question, undo, starting over, or a request."""

import re
from typing import Literal

from parley.planner.builtin import history
from parley.planner.builtin.lexicon import ANY_VERB, PLACE

Intent = Literal["small_talk", "question", "undo", "start_over", "request"]

_SMALL_TALK = re.compile(
    r"(?:(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|evening|afternoon|day|night)"
    r"|thanks?(?: you)?|thx|ty|cheers|many thanks|great|perfect|nice|cool|awesome|excellent|wonderful"
    r"|lovely|super|fine|"
    r"ok|okay|yes|yep|no|nope|sure|alright|got it|understood|looks? (?:good|great|fine|right|perfect)"
    r"|that(?:'s| is) (?:it|all|great|good|perfect|fine|right)|well done|good job|bye|goodbye|see you"
    r"|how are you|"
    r"hallo|guten (?:tag|morgen|abend)|danke(?: schön)?|super|merci(?: beaucoup)?|bonjour|salut|bonsoir"
    r"|gracias|hola|buenos días|obrigad[oa]|ol[áa]|bom dia|ciao|grazie|test|testing|"
    r"nice work|love it|i like it|works? for me|wow|lol|haha)\b[\s,.!?:)-]*(?:(?:so much|very much|a lot"
    r"|there|again|everyone|team|all|for (?:now|the help|that|your help|this)|then|to you|parley|and|that"
    r"|it|you|now|exactly what i (?:wanted|needed)|works?)\b[\s,.!?)-]*)*)+",
    re.I,
)
_UNDO = re.compile(
    r"^(?:(?:please|no|oops|ok|wait|hm+|sorry)[\s,.]+)*(?:(?:can you |could you )?undo\b.*|(?:can you "
    r"|could you )?(?:revert|take (?:that|it|this) back|roll ?back)(?: (?:that|it|this|the last (?:change"
    r"|step|edit)|please|the change))*|"
    r"go back(?: (?:to (?:how it was|the (?:previous|last|earlier) (?:version|state|one|diagram)|before)"
    r"|(?:one|a|two|three|four|five|\d) (?:steps?|changes?)))?|(?:revert|roll ?back|take back) (?:the |my |your )?(?:last )?(?:one"
    r"|two|three|four|five|both"
    r"|\d|all)(?: (?:of )?(?:them|it|(?:the )?changes?|steps?|edits?))?|(?:restore|back to) (?:the )?(?:previous|last|earlier"
    r"|old)(?: (?:version|state"
    r"|one|diagram))?|"
    r"(?:put|change|set) (?:it|that|everything) back(?: (?:as|how|to how) it was)?|as it was before"
    r"|never ?mind,? (?:undo|put it back).*|bring (?:it|that) back|rückgängig.*|annuler?.*|desfazer.*"
    r"|deshacer.*)[\s.!]*$",
    re.I,
)
_START_OVER = re.compile(
    r"^(?:please |ok,? |no,? )*(?:(?:let's |let us )?start (?:over|again|from scratch|afresh|fresh)"
    r"|from scratch"
    r"|(?:wipe|erase|throw away|bin) (?:it all|everything|all of it)"
    r"|scrap (?:it all|everything|all of it|that)|forget (?:all that|everything|it all"
    r"|the old one)|(?:delete|remove|clear|drop) (?:everything|all(?: of it| steps| nodes)?"
    r"|the (?:whole )?(?:diagram|workflow))(?=\s*(?:$|[,.;:!?-]|and\b|please\b|now\b|again\b|then\b))|new workflow"
    r"|begin again)\b[\s,.:;!-]*(?:and )?",
    re.I,
)
_REQUEST = re.compile(
    r"^(?:(?:hi|hello|hey|ok|please|also|and|so)[\s,.!]+)*(?:(?:can|could|would|will) (?:you|we)(?: please"
    r"| also| maybe)?\s+(?!explain|tell me|describe|say|show me (?:what|how|why)|help me understand)"
    r"|(?:can|could|may) i (?:have|get)\b|would it be possible to|is it possible to (?:have|get|add)|"
    r"(?:how|what) about\b|why (?:don't|not)\b|would you mind|i (?:want|need|would like|'d like)\b|(?:is"
    r"|would) there a way to (?:add|have|get)\b)",
    re.I,
)
_QUESTION_START = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|and|so|but|hm+|well|sorry|thanks|great)[\s,.!]+)*(?:what(?:'s)?|which"
    r"|why|how|who|whose|where|when (?:does|do|is|will|are|did|would)|is|are|was|does|do|did|has"
    r"|have (?:you|we|i)|will|would|can|could|should|may|am i|"
    r"explain|tell me (?:what|how|why|about|which|who|where|if|more)|describe (?:the|this|what|how|it"
    r"|that)|show me (?:what|how|why)|what if|i (?:don't|do not) (?:understand|get)|i wonder"
    r"|can you (?:explain|tell|describe)|could you (?:explain|tell|describe)|"
    r"help me understand|summari[sz]e (?:the|this) (?:workflow|diagram)|walk me through|was macht|wie"
    r"|warum|wieso|welche|que fait|pourquoi|comment|qu'est|o que|por que|como)\b",
    re.I,
)
_EXPLAIN = re.compile(
    r"^(?:explain|describe|walk me through|tell me|help me understand|show me (?:what|how|why)"
    r"|summari[sz]e (?:the|this) (?:workflow|diagram))\b",
    re.I,
)


_TELL_OF_RUN = re.compile(
    r"^(?:please )?(?:show|give|tell|read) (?:me |us )?(?:the |its )?(?:result|output|answer|findings|outcome|pages|sources|error)s?"
    r"(?: (?:of|from|in) (?:the |that |this )?(?:last |latest )?run| again| please)*[.!]?$",
    re.I,
)


def of(masked: str, has_workflow: bool) -> Intent:
    text = " ".join(masked.split())
    if not re.search(r"[^\W_]", text) or (len(text) < 120 and _SMALL_TALK.fullmatch(text)):
        return "small_talk"
    if _UNDO.match(text) or history.is_redo(text):
        return "undo"
    if _START_OVER.match(text):
        return "start_over"
    if _is_question(text, has_workflow) or (has_workflow and _TELL_OF_RUN.match(text)):
        return "question"
    return "request"


_ADVICE = re.compile(
    r"\b(?:(?:can|could|would) (?:you|someone|anyone|anybody|it|parley) help(?: me| us)?(?: with (?:that|this|it))?"
    r"|any (?:ideas?|advice|suggestions?)"
    r"|what (?:can|should|could|would) (?:i|we|you) (?:do|suggest|recommend)|where (?:do|should) (?:i|we) (?:start|begin))\W*$",
    re.I,
)


def asks_for_advice(masked: str) -> bool:
    """ "... Can you help?": a wish to be asked, not yet a description."""
    return bool(_ADVICE.search(" ".join(masked.split())))


def after_start_over(masked: str) -> str:
    """What is asked for after "start over"."""
    rest = " ".join(masked.split()) if "\n" not in masked else masked
    while (shorter := _START_OVER.sub("", rest, count=1)) != rest:
        rest = shorter
    return rest


def _is_question(text: str, has_workflow: bool) -> bool:
    if _REQUEST.match(text):
        return False
    opening, _, asked = text.rpartition(": ")
    if opening and "?" in asked and len(opening.split()) <= 6 and _QUESTION_START.match(asked) and not _REQUEST.match(asked):
        return True  # "quick one before I begin: do they keep running?"
    if not _QUESTION_START.match(text):
        return (
            text.endswith("?")
            and not ANY_VERB.match(text)
            and not any(pattern.search(text) for _, pattern in PLACE)
            and not re.search(r"\b(?:every|each|when|if)\b", text, re.I)
        )
    if text.rstrip(" .!").endswith("?"):
        return True
    if _EXPLAIN.match(text):
        return has_workflow or bool(re.match(r"\S+(?: me)? (?:what|how|why|the (?:workflow|diagram|difference))", text, re.I))
    return bool(
        re.match(
            r"(?:what|which|why|how|who|where|is it|is there|are there|does|do (?:i|we|you)|can (?:i|it"
            r"|this)|i (?:don't|do not) (?:understand|get)|i wonder)\b",
            text,
            re.I,
        )
    )
