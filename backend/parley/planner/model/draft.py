"""The workflow as the model's edits make it: what applied, what is refused and why, and what they broke."""

from dataclasses import dataclass, field

from pydantic import JsonValue

from parley.planner.base import EditApplied, EditRejected, PlanRequest
from parley.planner.model.tool import NotAnEdit, read_edit
from parley.workflow.edits import Edit, EditRefused, apply
from parley.workflow.spec import Workflow
from parley.workflow.validate import Issue, validate


@dataclass
class ModelDraft:
    request: PlanRequest
    workflow: Workflow = field(init=False)
    edits: list[Edit] = field(default_factory=list[Edit])
    refused: list[EditRejected] = field(default_factory=list[EditRejected])

    def __post_init__(self) -> None:
        self.workflow = self.request.workflow
        self._errors_before = self._errors()
        self._waiting: list[JsonValue] = []

    def take(self, raw: JsonValue) -> EditApplied | None:
        """Apply an edit; one that does not fit waits, since models also connect a step before they add it."""
        try:
            edit = self._applied(raw)
        except (NotAnEdit, EditRefused):
            self._waiting.append(raw)
            return None
        return EditApplied(edit)

    def settle(self) -> list[EditApplied | EditRejected]:
        """Try those that wait for as long as any of them fits; the rest is refused. To be called when the model is done."""
        events: list[EditApplied | EditRejected] = []
        progress = True
        while progress and self._waiting:
            progress = False
            waiting, self._waiting = self._waiting, []
            for raw in waiting:
                event = self.take(raw)
                if event is not None:
                    events.append(event)
                    progress = True
        self.refused = [EditRejected(raw, self._reason(raw)) for raw in self._waiting]
        self._waiting = []
        return [*events, *self.refused]

    def broken(self) -> list[Issue]:
        """The errors that these edits brought, such as references to what is not there."""
        return [issue for issue in self._errors() if issue not in self._errors_before]

    def _errors(self) -> list[Issue]:
        issues = validate(self.workflow, self.request.catalogue, self.request.surroundings)
        return [issue for issue in issues if issue.level == "error"]

    def _applied(self, raw: JsonValue) -> Edit:
        edit = read_edit(raw, self.workflow, self.request.catalogue, self.request.used_ids)
        self.workflow = apply(edit, self.workflow, self.request.catalogue)
        self.edits.append(edit)
        return edit

    def _reason(self, raw: JsonValue) -> str:
        try:
            edit = read_edit(raw, self.workflow, self.request.catalogue, self.request.used_ids)
            apply(edit, self.workflow, self.request.catalogue)
        except (NotAnEdit, EditRefused) as error:
            return error.message
        raise AssertionError("an edit that waits does not fit")
