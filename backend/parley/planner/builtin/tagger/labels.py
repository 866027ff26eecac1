"""What the tagger tells apart, in the order of its output columns: the trained weights hold for exactly these."""

from typing import Literal, get_args

# Stretches of a request: what starts it, an action, the heads of branches and loops, and what says that they are over.
Role = Literal["when", "do", "if", "unless", "else", "case", "each", "after"]
# Stretches of a change: the new step, where it goes, what is meant, and values.
Part = Literal["new", "at", "target", "name", "field", "old", "value", "cond", "else_new", "else_target", "case", "each"]
# How an action or a head stands to what is said just before it ("<": comes before it, "~": beside it) or after it (">").
Order = Literal["", "<", ">", "~"]
Op = Literal[
    "insert_after", "insert_before", "insert_between", "insert_first", "append", "insert_parallel", "remove", "keep_only", "replace",
    "rename", "rename_all", "set", "guard", "guard_not", "branch", "unguard", "add_case", "remove_case", "loop", "unloop", "move_after",
    "move_before", "move_first", "move_last", "swap", "parallel", "connect", "disconnect", "undo", "redo", "start_over", "none",
]  # fmt: skip

ROLES: tuple[Role, ...] = get_args(Role)
PARTS: tuple[Part, ...] = get_args(Part)
ORDERS: tuple[Order, ...] = get_args(Order)
OPS: tuple[Op, ...] = get_args(Op)
TYPES = (
    "llm", "agent", "classify", "extract", "knowledge_search", "knowledge_add", "web_search", "http_request", "transform", "set_variables",
    "db_query", "db_write", "email", "slack_message", "webhook_response", "approval", "delay", "merge", "output", "none", "condition",
    "loop", "webhook_trigger", "schedule_trigger", "chat_trigger", "manual_trigger",
)  # fmt: skip
LEAVES = 3  # none, one or two levels


def bio(names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a tag head: outside, then for each name its first word and the words that go on."""
    return ("O", *(prefix + name for name in names for prefix in ("B-", "I-")))
