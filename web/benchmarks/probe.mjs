/** What is measured inside the page: what goes to workers and comes back, and frames. Runs in the browser before the app. */

export function probe() {
  const seen = { elk: null, asked: [], answered: [], frames: [] };
  window.bench = seen;
  // ELK is asked with a command, routing without one.
  const kindOf = (message) => (message?.cmd === "layout" ? "layout" : message?.workflow ? "routes" : null);
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.kinds = new Map();
      this.script = String(given[0]);
      this.addEventListener("message", ({ data }) => {
        const kind = this.kinds.get(data?.id);
        if (kind) seen.answered.push({ kind, at: performance.now() });
      });
    }
    postMessage(message, ...more) {
      const kind = kindOf(message);
      if (kind) {
        this.kinds.set(message.id, kind);
        const size = kind === "layout" ? message.graph.children.length : message.workflow.nodes.length;
        if (kind === "layout") seen.elk = this.script;
        seen.asked.push({ kind, size, at: performance.now(), graph: kind === "layout" ? message.graph : null });
      }
      return super.postMessage(message, ...more);
    }
  };

  let last = null;
  const frame = (at) => {
    if (last !== null) seen.frames.push({ at, ms: at - last });
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
