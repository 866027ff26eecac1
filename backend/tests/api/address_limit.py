"""What schemathesis loads beside the contract: no address longer than an HTTP server reads, since none of ours would see it."""

from typing import Any
from urllib.parse import urlencode

import schemathesis

# httptools, which uvicorn reads with, ends at 64 KB.
_LONGEST = 60_000


@schemathesis.hook
def filter_query(context: Any, query: dict[str, Any] | None) -> bool:
    return len(urlencode(query or {}, doseq=True)) < _LONGEST
