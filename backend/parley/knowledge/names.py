"""The names of collections: tidied, compared without regard to case, and fit to stand in an address."""

import unicodedata

from parley.errors import ParleyError

LONGEST_NAME = 100
_LONGEST_KEY = 200  # folding can make a name longer


class BadName(ParleyError):
    """A name that a collection cannot have."""

    status = 422


def tidy_name(name: str) -> str:
    """With single spaces and composed letters. Raises BadName."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy:
        raise BadName("Give the collection a name.", {"field": "name"})
    if len(tidy) > LONGEST_NAME or len(key_of(tidy)) > _LONGEST_KEY:
        raise BadName(f"The name is too long; the most is {LONGEST_NAME} characters.", {"field": "name"})
    if tidy in (".", "..") or any(letter in "/\\" or unicodedata.category(letter) in ("Cc", "Cs", "Cn") for letter in tidy):
        raise BadName("A name cannot hold slashes or control characters.", {"field": "name"})
    return tidy


def key_of(name: str) -> str:
    """What two spellings of the same name share."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()
