/** Turns citation marks [n] in text (not in code) into buttons, after sanitising. */

interface HastNode {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
}

const MARK = /\[(\d{1,3})\]/g;

function split(text: string): HastNode[] {
  const parts: HastNode[] = [];
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    if (match.index > from) parts.push({ type: "text", value: text.slice(from, match.index) });
    const number: HastNode = { type: "text", value: match[1] ?? "" };
    parts.push({ type: "element", tagName: "button", properties: {}, children: [number] });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: "text", value: text.slice(from) });
  return parts;
}

function visit(node: HastNode): void {
  if (node.tagName === "code" || node.tagName === "pre" || !node.children) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === "text" && child.value !== undefined) return split(child.value);
    visit(child);
    return [child];
  });
}

export function rehypeMarkers() {
  return (tree: HastNode): void => visit(tree);
}
