import { expect, it } from "vitest";
import { money } from "./format";

it("says money in cents, and less in two figures", () => {
  const said = [0, 1.2, 12.345, 0.095, 0.0341, 0.03, 0.00061, 0.0000001].map(money);
  expect(said).toEqual(["$0.00", "$1.20", "$12.35", "$0.10", "$0.034", "$0.03", "$0.00061", "< $0.000001"]);
  expect(money(null)).toBeNull();
});
