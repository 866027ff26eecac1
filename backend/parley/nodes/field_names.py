"""Names that later steps can write in a template: letters, digits and underscores."""

import re
from typing import Annotated

from pydantic import AfterValidator


def _check(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w{0,59}", name, re.ASCII):
        raise ValueError(f"“{name}” cannot be used in a template. A name has letters, digits and _, and starts with a letter.")
    return name


FieldName = Annotated[str, AfterValidator(_check)]
