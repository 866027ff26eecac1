"use client";
/** Ways out that lead nowhere yet: a stub and a dashed name, from which an edge can be drawn. */
import type { CardData } from "./scene";

export function OpenBranches({ data }: { data: CardData }) {
  if (data.open.length === 0) return null;
  const { box } = data;
  return (
    <>
      <svg
        aria-hidden="true"
        className="pointer-events-none absolute top-0 left-0 overflow-visible"
        width="1"
        height="1"
      >
        {data.open.map((branch) => (
          <path
            key={branch.handle}
            className="wire is-quiet"
            d={`M${branch.from.x - box.x} ${branch.from.y - box.y}L${branch.to.x - box.x} ${branch.to.y - box.y}`}
          />
        ))}
      </svg>
      {data.open.map((branch) => (
        <span
          key={branch.handle}
          className="branch is-open pointer-events-none"
          title={`${branch.handle}: leads nowhere yet`}
          style={{ left: branch.label.x - box.x, top: branch.label.y - box.y }}
        >
          {branch.handle}
        </span>
      ))}
    </>
  );
}
