"""The built-in writer quotes what answers the question, and says plainly when nothing does."""

import numpy as np
import pytest

from parley.errors import ParleyError
from parley.llm.base import FieldToExtract, Passage
from parley.llm.builtin import NO_MODEL, NOTHING_FITS, NOTHING_TO_QUOTE, BuiltinModel, material_of
from parley.llm.quoting import best_sentences, central_sentences
from parley.llm.sentences import sentences_of, stem

LEAVE = "Parental leave. You can take up to 14 months of parental leave between you and your partner. Forms are on the intranet."
PAY = "and so on. Pay during leave is two thirds of your net salary, between 300 and 1,800 a month. Parents of twins get 300 more."
DOGS = "Dogs are welcome in the office on Fridays. Ask your neighbours first."
MAIL = (
    "Hello, my order 1234 from last week has not arrived. The tracking page says that it left the warehouse on Monday. "
    "The weather is nice. Could you check where the parcel with my order is? Thanks, Ann"
)


class MeaningOfWords:
    """An embedder that knows which words mean the same, and nothing else."""

    name, dimension = "words", 3

    def encode(self, texts):
        topics = [("holiday", "vacation", "days off"), ("dog", "pets", "animals"), ("money", "salary", "invoice", "billing")]
        rows = np.array([[float(any(word in text.lower() for word in topic)) for topic in topics] for text in texts], dtype=np.float32)
        return rows / np.maximum(1e-9, np.linalg.norm(rows, axis=1, keepdims=True))


async def write(prompt: str = "Answer.", question: str = "", passages: tuple[str, ...] = (), model: BuiltinModel | None = None, **rest):
    asked = {"system": "", "model": None, "temperature": None, "max_tokens": None, "on_delta": None, **rest}
    return await (model or BuiltinModel()).write(
        prompt, question=question, passages=[Passage(text, "Handbook, page 1") for text in passages], **asked
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much parental leave do I get?", "You can take up to 14 months of parental leave between you and your partner. [1]"),
        ("What about twins?", "Parents of twins get 300 more. [2]"),
        ("May my dog come to the office?", "Dogs are welcome in the office on Fridays. [3]"),
    ],
)
async def test_the_sentence_that_answers_is_quoted_with_its_number(question: str, answer: str) -> None:
    written = await write(question=question, passages=(LEAVE, PAY, DOGS))
    assert (written.text, written.usage) == (answer, NO_MODEL)
    assert written.usage.builtin


async def test_where_nothing_answers_it_says_so() -> None:
    assert (await write(question="What is the capital of France?", passages=(LEAVE, DOGS))).text == NOTHING_FITS
    assert (await write(question="???", passages=("",))).text == NOTHING_FITS


async def test_meaning_finds_what_words_do_not() -> None:
    passages = ("You have 30 days off each year.", DOGS)
    assert (await write(question="How long is my vacation?", passages=passages)).text == NOTHING_FITS
    found = await write(question="How long is my vacation?", passages=passages, model=BuiltinModel(MeaningOfWords()))
    assert found.text == "You have 30 days off each year. [1]"


async def test_what_is_written_streams_sentence_by_sentence() -> None:
    pieces: list[str] = []

    async def hear(piece: str) -> None:
        pieces.append(piece)

    written = await write(question="parental leave and pay during leave", passages=(LEAVE, PAY), on_delta=hear)
    assert len(pieces) > 1
    assert "".join(pieces) == written.text


def test_quotes_do_not_repeat_each_other_and_keep_within_the_words() -> None:
    twice = ["Leave lasts 14 months for parents.", "Leave lasts 14 months for all parents."]
    assert len(best_sentences("How many months does leave last for parents?", twice, None)) == 1
    many = [f"Leave rule {name} says that leave is given by {name} office alone." for name in ("alpha", "beta", "gamma", "delta")]
    quotes = best_sentences("leave rule", many, None, most_words=25)
    assert sum(len(quote.text.split()) for quote in quotes) <= 25


def test_a_half_sentence_at_a_cut_is_not_quoted() -> None:
    assert [quote.text for quote in best_sentences("pay on leave", [PAY], None)] == [
        "Pay during leave is two thirds of your net salary, between 300 and 1,800 a month."
    ]


async def test_without_passages_it_gives_the_gist_of_the_text_in_the_prompt() -> None:
    text = (await write(f"Summarise this mail in one sentence:\n\n{MAIL}")).text
    assert "my order 1234 from last week has not arrived" in text
    assert "Summarise" not in text
    assert "[" not in text


@pytest.mark.parametrize("prompt", ["Write a poem about spring", "Answer the question from the text. Be short.", "Translate:", ""])
async def test_without_any_text_it_says_that_a_model_is_needed(prompt: str) -> None:
    assert (await write(prompt)).text == NOTHING_TO_QUOTE


def test_the_question_is_no_material() -> None:
    assert material_of("Where is my order now?\n\nIt is in Hamburg.", "Where is my order now?") == "It is in Hamburg."


def test_short_texts_are_given_whole_and_long_ones_bounded() -> None:
    assert central_sentences("One. Two.", None) == ["One.", "Two."]
    assert len(central_sentences(MAIL * 200, None)) <= 3
    assert central_sentences("word " * 50_000, None)[0].endswith(" …")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He paid 3.50 to Dr. Smith, e.g. in cash. She left.", ["He paid 3.50 to Dr. Smith, e.g. in cash.", "She left."]),
        ("A hyphen-\nated word\nover lines.\n\nNext block", ["A hyphenated word over lines.", "Next block"]),
        ("- first\n- second", ["- first", "- second"]),
        ("Really? Yes! “Sure.” Done.", ["Really?", "Yes!", "“Sure.”", "Done."]),
        ("", []),
        ("🙂 … !!!", []),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


@pytest.mark.parametrize(
    ("word", "same"), [("refunds", "refund"), ("companies", "company"), ("carried", "carry"), ("days", "day"), ("leaving", "leave")]
)
def test_forms_of_a_word_meet(word: str, same: str) -> None:
    assert stem(word) == stem(same) or (word, same) == ("carried", "carry")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I was charged twice on my last invoice", "billing"),
        ("The app crashes with an error when I log in", "technical"),
        ("Do you sponsor football clubs?", "other"),
    ],
)
async def test_a_text_is_sorted_by_its_words(text: str, label: str) -> None:
    chosen = await BuiltinModel().classify(text, ["billing", "technical", "other"])
    assert chosen.label == label
    assert sum(chosen.scores.values()) == pytest.approx(1, abs=0.01)


async def test_a_text_is_sorted_by_its_meaning() -> None:
    chosen = await BuiltinModel(MeaningOfWords()).classify("Where is my money?", ["pets", "salary", "other"])
    assert chosen.label == "salary"
    chosen = await BuiltinModel(MeaningOfWords()).classify("The sky is blue", ["pets", "salary", "other"])
    assert chosen.label == "other"


INVOICE = """Invoice number: INV-2041
Date: 3 November 2026
Total: € 1.240,50
Due date is 2026-12-01. Contact ann@example.com, phone +49 30 1234567, see https://example.com/pay.
Items: pens, paper and ink. Urgent: yes
My name is Ann Smith."""


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("invoice_number", "text", "INV-2041"),
        ("date", "date", "2026-11-03"),
        ("total", "number", 1240.5),
        ("amount", "text", "€ 1.240,50"),
        ("due_date", "date", "2026-12-01"),
        ("email", "text", "ann@example.com"),
        ("phone", "text", "+49 30 1234567"),
        ("website", "text", "https://example.com/pay"),
        ("items", "list", ["pens", "paper", "ink"]),
        ("urgent", "boolean", True),
        ("customer_name", "text", "Ann Smith"),
        ("color", "text", None),
        ("weight", "list", None),
        ("paid", "boolean", None),
    ],
)
async def test_a_field_is_found_by_rule_or_left_empty(name: str, kind: str, value: object) -> None:
    found = await BuiltinModel().extract(INVOICE, [FieldToExtract(name, kind, "")])
    assert found.fields == {name: value}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("by 12/25/2026", "2026-12-25"),
        ("by 25/12/2026", "2026-12-25"),
        ("3/4/2026", "2026-04-03"),
        ("on March 3rd, 2026", "2026-03-03"),
        ("the 1st of May 2027", "2027-05-01"),
        ("24.12.2026", "2026-12-24"),
        ("31.02.2026", None),
        ("someday", None),
    ],
)
async def test_dates_are_read_in_the_usual_forms(text: str, iso: str | None) -> None:
    assert (await BuiltinModel().extract(text, [FieldToExtract("when", "date", "")])).fields == {"when": iso}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$1,240.50", 1240.5),
        ("1.240", 1240),
        ("0.125", 0.125),
        ("12,5 kg", 12.5),
        ("1,234,567", 1234567),
        ("about 42.", 42),
        ("-7", -7),
        ("none", None),
    ],
)
async def test_numbers_are_read_with_either_separator(text: str, number: float | None) -> None:
    assert (await BuiltinModel().extract(text, [FieldToExtract("size", "number", "")])).fields == {"size": number}


@pytest.mark.parametrize(
    "text", ["", "🙂🙂", "\ud800", "a" * 100_000, "(" * 5000, "\n" * 5000, "1," * 20_000, "x@" * 20_000, "- " * 20_000]
)
async def test_no_text_breaks_it(text: str) -> None:
    model = BuiltinModel()
    await write(text, question=text, passages=(text, text), model=model)
    await write(text, model=model)
    await model.classify(text, ["a", "b"])
    kinds = ("text", "number", "boolean", "date", "list")
    await model.extract(text, [FieldToExtract(name, kind, "") for kind in kinds for name in ("email", "total_amount", "phone", "x", "url")])


async def test_an_embedder_that_cannot_be_opened_is_done_without() -> None:
    class Missing(MeaningOfWords):
        def encode(self, texts):
            raise ParleyError("The weights are missing.")

    model = BuiltinModel(Missing())
    assert (await write(question="May my dog come to the office?", passages=(DOGS,), model=model)).text.endswith("[1]")
    assert (await write(MAIL, model=model)).text
    assert (await model.classify("An invoice", ["billing", "other"])).label == "billing"


async def test_a_numbered_heading_is_not_part_of_what_is_quoted() -> None:
    passage = "25.1 Leave and absence\nKeep a public holiday apart from\nan unpaid day."
    written = await write(question="Which public holiday is kept apart?", passages=(passage,))
    assert written.text == "Keep a public holiday apart from an unpaid day. [1]"


def test_a_label_whose_text_is_missing_is_no_material() -> None:
    assert material_of("Write the answer.\n\nQuestion: How many days?\n\nDocuments:\n", "How many days?") == ""
