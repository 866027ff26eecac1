"""A company handbook made up page by page: varied prose, and on each page one fact that stands nowhere else."""

import random
import textwrap
from dataclasses import dataclass

_WIDTH = 96  # characters of a line


@dataclass(frozen=True)
class Fact:
    """A sentence of the handbook, a question that it answers, and the words by which an answer is known."""

    sentence: str
    question: str
    answer: str


# Pages that tests ask about by name.
KNOWN: dict[int, Fact] = {
    18: Fact(
        "Employees may carry over five days of unused leave into the next year; they must be taken before 31 March.",
        "How many days of unused leave can I carry over into the next year?",
        "five days",
    ),
    42: Fact(
        "Customers may return unused goods within 30 days of delivery and get a full refund to the card they paid with.",
        "How long do customers have to return goods for a refund?",
        "30 days",
    ),
    57: Fact(
        "Orders above 80 euros are shipped free of charge within the country; smaller orders cost 4.90 euros to ship.",
        "From which order value is shipping free?",
        "80 euros",
    ),
    73: Fact(
        "The warranty on the folding bicycle covers the frame for six years and the battery for two years.",
        "How long does the warranty cover the bicycle's frame?",
        "six years",
    ),
    91: Fact(
        "A laptop that is lost or stolen is to be reported to the security desk within four hours, by phone and not by mail.",
        "How quickly must a stolen laptop be reported?",
        "four hours",
    ),
}

_PLACES = ("Aarhus", "Bergen", "Coimbra", "Dresden", "Eindhoven", "Fribourg", "Ghent", "Helsinki", "Innsbruck", "Jena", "Krakow", "Lyon")
_THINGS = (
    "archive",
    "canteen",
    "depot",
    "garage",
    "greenhouse",
    "kiln",
    "laboratory",
    "loading bay",
    "mail room",
    "print shop",
    "workshop",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_TOPICS = (
    ("Leave and absence", ("a request for leave", "a doctor's note", "parental leave", "an unpaid day", "a public holiday")),
    ("Orders and returns", ("a late parcel", "a damaged item", "an exchange", "a refund", "a delivery note")),
    ("Security", ("a visitor's badge", "a password", "a locked cabinet", "a fire door", "an encrypted drive")),
    ("Travel", ("a train ticket", "a hotel bill", "a rental car", "a daily allowance", "a cancelled flight")),
    ("Quality", ("a failed sample", "a calibration", "a complaint", "a second inspection", "a supplier's audit")),
    ("Learning", ("a language course", "a mentor", "a conference", "a certificate", "a reading group")),
    ("Buildings", ("a meeting room", "a broken lamp", "the lift", "the heating", "a parking space")),
    ("Purchasing", ("an offer", "an invoice", "a framework contract", "a credit note", "a rush order")),
)
_ROLES = ("team lead", "office manager", "shift supervisor", "project owner", "works council", "finance desk", "service desk")
_SENTENCES = (
    "When {item} is concerned, the {role} decides within {count} working days and writes down the reason.",
    "Please keep {item} apart from {other}; mixing the two has cost us {count} hours of work in the past year.",
    "The {role} keeps a list in which {item} is recorded with its date, the person in charge and the outcome.",
    "If {item} cannot be settled on the same {day}, it is handed to the {role}, who answers for it from then on.",
    "Questions about {item} are best asked in person, since a short talk with the {role} saves a long chain of messages.",
    "New colleagues are shown during their first {count} weeks how {item} is handled and where {other} is to be found.",
    "Nothing in this section takes away rights that the law or a contract gives; it describes what we do about {item} in practice.",
    "An exception for {item} is possible, but it is agreed beforehand, in writing, and it ends after {count} months.",
    "Experience shows that {item} goes wrong most often on a {day}, when the {role} is busy with {other}.",
    "Copies are not needed: {item} is filed once, under the number of the case, and found again by the search.",
)


def fact(page: int) -> Fact:
    """The fact that only `page` (from 1) holds."""
    if page in KNOWN:
        return KNOWN[page]
    chooser = random.Random(f"fact {page}")
    place, thing, day = chooser.choice(_PLACES), chooser.choice(_THINGS), chooser.choice(_DAYS)
    code = f"{place[:2].upper()}-{100 + page}"
    return Fact(
        f"The {thing} in {place} with the number {code} is open to staff on {day} until {10 + page % 9}:{page % 60:02d} hours.",
        f"Until when is the {thing} in {place} with the number {code} open?",
        f"{10 + page % 9}:{page % 60:02d}",
    )


def page_lines(page: int) -> list[str]:
    """About 450 words, the same at every call."""
    chooser = random.Random(f"page {page}")
    title, items = _TOPICS[(page - 1) // 3 % len(_TOPICS)]
    paragraphs = [[_sentence(chooser, items) for _ in range(5)] for _ in range(4)]
    paragraphs[chooser.randrange(4)].insert(2, fact(page).sentence)
    lines = [f"{(page - 1) // 3 + 1}.{(page - 1) % 3 + 1} {title}", ""]
    for paragraph in paragraphs:
        lines += [*textwrap.wrap(" ".join(paragraph), _WIDTH), ""]
    return lines


def _sentence(chooser: random.Random, items: tuple[str, ...]) -> str:
    item, other = chooser.sample(items, 2)
    return chooser.choice(_SENTENCES).format(
        item=item, other=other, role=chooser.choice(_ROLES), day=chooser.choice(_DAYS), count=chooser.randint(2, 12)
    )
