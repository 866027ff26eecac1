import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { makeStep } from "@/model/testing-runs";
import { ApproveOnNode } from "./ApproveOnNode";
import { type CanvasActions, CanvasActionsContext } from "./canvas-actions";
import { DoubtOnNode } from "./DoubtOnNode";

const asks = makeStep("okay", { status: "waiting", wait: { until: null, for_person: true, message: "Right?" } });
const doubt = makeStep("send", { path: "2", status: "in_doubt", output: null, finished_at: null });

function actions(rest: Partial<CanvasActions>): CanvasActions {
  return {
    open: vi.fn(),
    focused: vi.fn(),
    decide: vi.fn().mockResolvedValue(undefined),
    settle: vi.fn().mockResolvedValue(undefined),
    stopRun: vi.fn().mockResolvedValue(undefined),
    selectEdge: vi.fn(),
    isFresh: () => false,
    ...rest,
  };
}

it("is decided by key alone, and once", async () => {
  const given = actions({});
  render(
    <CanvasActionsContext value={given}>
      <ApproveOnNode step={asks} label="Check" />
    </CanvasActionsContext>,
  );
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(given.decide).toHaveBeenCalledWith({ node_id: "okay", path: "", decision: "rejected", comment: "" });
  expect(screen.getByRole("button", { name: "Approve" })).toBeDisabled();
});

it("says when someone decided first, instead of deciding over them", async () => {
  const decide = vi.fn().mockRejectedValue(new Error("ada approved this step already."));
  render(
    <CanvasActionsContext value={actions({ decide })}>
      <ApproveOnNode step={asks} label="Check" />
    </CanvasActionsContext>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Approve" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("ada approved this step already.");
});

it("asks of a step in doubt whether it happened, with stopping the run as the third way", async () => {
  const given = actions({});
  render(
    <CanvasActionsContext value={given}>
      <DoubtOnNode step={doubt} label="Send mail" />
    </CanvasActionsContext>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Do it again" }));
  expect(given.settle).toHaveBeenCalledWith({ node_id: "send", path: "2", choice: "repeat" });
  expect(screen.getByRole("button", { name: "Stop the run" })).toBeDisabled();
});
