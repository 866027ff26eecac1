"use client";
/** Hand edits with undo and redo: every edit goes to the server, and its inverse is kept until another takes its place. */
import { useCallback, useEffect, useRef, useState } from "react";
import { applyEdits, type Edit, invertEdits } from "@/model/edits";
import type { WorkflowData } from "@/model/workflow";

export interface HandEdits {
  make: (edits: Edit[]) => Promise<boolean>;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
  busy: boolean;
  /** Why the last edit was refused, in words. */
  refused: string | null;
  dismiss: () => void;
}

interface Kept {
  undo: Edit[][];
  redo: Edit[][];
}

const NONE: Kept = { undo: [], redo: [] };
/** Steps back that are kept. */
const DEPTH = 100;

/** `documentKey` changes with the chat: what was undone there is of no use here. */
export function useHandEdits(
  workflow: WorkflowData | null,
  documentKey: string,
  send: (edits: Edit[]) => Promise<void>,
): HandEdits {
  const [kept, setKept] = useState<Kept>(NONE);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const current = useRef(workflow);
  current.current = workflow;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what empties the stacks
  useEffect(() => {
    setKept(NONE);
    setRefused(null);
  }, [documentKey]);

  const perform = useCallback(
    async (edits: Edit[], next: (kept: Kept, inverse: Edit[]) => Kept): Promise<boolean> => {
      const before = current.current;
      if (!before || edits.length === 0) return false;
      const inverse = invertEdits(edits, before);
      setBusy(true);
      try {
        await send(edits);
        current.current = applyEdits(edits, before);
        setKept((old) => next(old, inverse));
        setRefused(null);
        return true;
      } catch (error) {
        setRefused(error instanceof Error ? error.message : String(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [send],
  );

  const make = useCallback(
    (edits: Edit[]) => perform(edits, (old, inverse) => ({ undo: [...old.undo, inverse].slice(-DEPTH), redo: [] })),
    [perform],
  );
  const undo = useCallback(() => {
    const last = kept.undo.at(-1);
    if (!last || busy) return;
    perform(last, (old, inverse) => ({ undo: old.undo.slice(0, -1), redo: [...old.redo, inverse] }));
  }, [kept.undo, busy, perform]);
  const redo = useCallback(() => {
    const last = kept.redo.at(-1);
    if (!last || busy) return;
    perform(last, (old, inverse) => ({ undo: [...old.undo, inverse], redo: old.redo.slice(0, -1) }));
  }, [kept.redo, busy, perform]);

  return {
    make,
    undo,
    redo,
    canUndo: kept.undo.length > 0,
    canRedo: kept.redo.length > 0,
    busy,
    refused,
    dismiss: useCallback(() => setRefused(null), []),
  };
}
