import { render, screen, waitFor } from "@testing-library/react";
import { useRef } from "react";
import { expect, it } from "vitest";
import type { Visit } from "./props";
import { useArrival } from "./use-arrival";

function Panel({ visit }: { visit: Visit | null }) {
  const body = useRef<HTMLDivElement>(null);
  useArrival(body, visit, "find");
  return (
    <div ref={body}>
      <input aria-label="Query" />
      <div data-missing="true">
        <input aria-label="Collection" />
      </div>
    </div>
  );
}

it("goes to the field that is missing, to the panel, or nowhere, as the step was asked for", async () => {
  const { rerender } = render(<Panel visit={{ nodeId: "find", into: "view", number: 1 }} />);
  rerender(<Panel visit={{ nodeId: "find", into: "field", number: 2 }} />);
  await waitFor(() => expect(screen.getByLabelText("Collection")).toHaveFocus());
  rerender(<Panel visit={{ nodeId: "find", into: "panel", number: 3 }} />);
  await waitFor(() => expect(screen.getByLabelText("Query")).toHaveFocus());
  screen.getByLabelText("Query").blur();
  rerender(<Panel visit={{ nodeId: "other", into: "panel", number: 4 }} />);
  expect(document.body).toHaveFocus();
});
