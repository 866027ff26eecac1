"""A model's failures in plain words: what happened, and what to do."""

from parley.llm.base import ModelFailed

# Vendors' libraries and the transports below them: what they raise in mid-stream is not always wrapped.
FOREIGN = frozenset(
    {"openai", "anthropic", "google", "httpx", "httpx2", "httpcore", "httpcore2", "pydantic_ai", "aiohttp", "json", "pydantic_core"}
)


def is_models_fault(error: Exception) -> bool:
    """Whether an exception came out of a model's library, and not out of a fault of ours."""
    return isinstance(error, TimeoutError | ConnectionError) or type(error).__module__.partition(".")[0] in FOREIGN


def model_failed(error: Exception, seconds: float) -> ModelFailed:
    """`seconds` is the time the model had. `details.retryable` says whether trying again may help, `details.retry_after` in how many
    seconds, where the service said so. The error it came from is its cause, once it is raised."""
    from pydantic_ai import exceptions

    match error:
        case exceptions.ModelAuthenticationError():
            return _final("The model’s service did not accept the key. Check the key in the server’s settings.")
        case exceptions.ModelQuotaExceededError():
            return _final("The account with the model’s service has no credit left. Top it up, or choose another model.")
        case exceptions.ModelContextWindowExceededError():
            return _final("The text is too long for the model. Shorten the prompt, or find fewer passages.")
        case exceptions.ModelNotFoundError():
            return _final(f"The service does not have the model “{error.model_name}”. Choose another one.")
        case exceptions.ModelRateLimitError() | exceptions.ModelUnavailableError():
            wait = error.retry_after
            return _passing(f"The model is busy. Try again {f'in {wait:.0f} s' if wait and wait >= 3 else 'in a moment'}.", wait)
        case TimeoutError() | exceptions.ModelTimeoutError() | exceptions.ModelRequestTimeout():
            return _passing(f"The model did not answer within {seconds:g} s.")
        case exceptions.ModelConnectionError() | ConnectionError():
            return _passing("The model’s server cannot be reached. Check that it runs, and its address in the server’s settings.")
        case exceptions.ModelServerError():
            return _passing("The model’s service had a fault of its own. Try again in a moment.")
        case exceptions.ModelRequestRejectedError():
            return _final(f"The model’s service refused the request: {_reason(error)}.")
        case exceptions.ContentFilterError():
            return _final("The model’s service refused this text by its content rules. Word it differently.")
        case exceptions.OutputTokenLimitExceeded():
            return _passing("The model reached its limit of tokens before it was done. Allow more tokens.")
        case exceptions.ModelHTTPError():
            return _passing(f"The model’s service answered with status {error.status_code}. Try again in a moment.")
        case exceptions.UnexpectedModelBehavior():
            return _passing("The model answered with something that cannot be used. Try again, or choose another model.")
        case _:
            return _passing("The connection to the model broke off. Try again.")


def _final(message: str) -> ModelFailed:
    return ModelFailed(message, {"retryable": False})


def _passing(message: str, retry_after: float | None = None) -> ModelFailed:
    return ModelFailed(message, {"retryable": True, **({"retry_after": retry_after} if retry_after is not None else {})})


def _reason(error: Exception) -> str:
    """The service's own sentence, where it is short enough to show."""
    body: object = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- foreign JSON
    return message.strip().rstrip(".") if isinstance(message, str) and len(message) < 300 else "it gave no reason"
