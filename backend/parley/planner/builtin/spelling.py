"""Slips of the pen mended, for the words that a message turns on only: "wen a mail arives, chek ..."."""

import re

from parley.planner.builtin.text import wordset

_KNOWN = wordset(
    """
    when then else otherwise every each after before check webhook table email mail slack message channel search handbook
    schedule approve approval question answer summarise summarize translate knowledge collection language model remove delete
    replace rename monday tuesday wednesday thursday friday saturday sunday weekday morning evening database query write fetch
    download send post store save arrives condition customer notify wait minutes hours days weeks parallel internet confirm
    classify extract manual webhooks tables database trigger summary daily weekly monthly undo insert
    """
)
_SHORT = {
    "wen": "when",
    "whn": "when",
    "els": "else",
    "thn": "then",
    "teh": "the",
    "adn": "and",
    "nad": "and",
    "fo": "of",
    "plz": "please",
    "evry": "every",
    "emial": "email",
    "eahc": "each",
    "ech": "each",
    "mial": "mail",
    "sned": "send",
}
# Right as they are, though one letter away from a word above.
_INNOCENT = wordset(
    """
    them there their than that they these those whom ever very even event events seed seeds spend bend lend tend site white
    wrote rite writer watch match patch catch batch latch fable cable tale tables males male mall nail main mails malls tail
    rail hail fail jail sail bail maid slick snack black stack check cheek chick chess later alter altar aster model modal mode
    models yodel false lost host most past pots pose poet poste stone shore score stare state saved saves wave gave save same
    safe sage sale sane cave rave words work works want wants wall walk well week weeks hour house horse delete select elect
    sender sends sent second seconds post posts ports sports quest quests answers answered mourning warning meaning approved
    approves approvals replaced renamed removed dater days says ways pays rays lays trays weekdays months month monthly hours
    minute mouth south tenth teach reach beach peach fetched parallels paints points prints channels collected connection
    connections correction selection reflection collision condition conditions contention customs costumer tomer confirms
    confirmed conform summer sunny funny story stories stored stores shore stole start starts whether weather other others
    another mother brother father rather either neither when where here were wren hen ten den men pen wien clean asks else elsa
    """
)


def mend(text: str) -> str:
    return re.sub(r"(?<![\w⟨.@/])[a-z]{2,12}(?![\w⟩@])", lambda match: _mended(match[0]), text)


def _mended(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if (
        len(word) < 4
        or word in _KNOWN
        or word in _INNOCENT
        or word.removesuffix("s") in _KNOWN
        or re.sub(r"(?:ed|ing|d)$", "", word) in _KNOWN
    ):
        return word
    candidates = [
        known for known in _KNOWN if known[0] == word[0] and abs(len(known) - len(word)) <= 1 and len(known) >= 4 and one_slip(word, known)
    ]
    return candidates[0] if len(candidates) == 1 else word


def one_slip(word: str, known: str) -> bool:
    """One letter missing, doubled, wrong or two swapped (Damerau's four slips)."""
    if len(word) == len(known):
        wrong = [index for index, (a, b) in enumerate(zip(word, known, strict=True)) if a != b]
        if len(wrong) == 1:
            return len(word) >= 5
        return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and word[wrong[0]] == known[wrong[1]] and word[wrong[1]] == known[wrong[0]]
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
