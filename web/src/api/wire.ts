/** Where answers become the model's types. The generated types lose what JSON Schema cannot say well (pairs, defaults that are
 * always sent), so the model's are narrower; the keys of both are compared here, and a drift fails the type check. */
import type { components } from "@/contract/api.gen";
import type { Edit } from "@/model/edits";
import type { Message } from "@/model/message";
import type { RunSummary, RunView, StepView } from "@/model/run";

type Schemas = components["schemas"];

type SameKeys<Wire, Model> = [keyof Wire, keyof Model] extends [keyof Model, keyof Wire] ? true : never;
export const UNCHANGED: [
  SameKeys<Schemas["MessageView"], Message>,
  SameKeys<Schemas["StepView"], Omit<StepView, "text">>,
  SameKeys<Schemas["RunSummary"], RunSummary>,
  SameKeys<Schemas["RunView"], RunView>,
] = [true, true, true, true];

/** openapi-fetch turns pairs into lists once more: only the keys are asked for. */
type Keys<Wire> = { [Key in keyof Wire]: unknown };

export function asMessage(wire: Keys<Schemas["MessageView"]>): Message {
  return wire as unknown as Message;
}

export function asRun(wire: Keys<Schemas["RunView"]>): RunView {
  return wire as unknown as RunView;
}

export function asSteps(wire: readonly Keys<Schemas["StepView"]>[]): StepView[] {
  return wire as unknown as StepView[];
}

// never: a list of edits fits whatever form of the union the client asks for
export function asWireEdits(edits: readonly Edit[]): never {
  return edits as never;
}
