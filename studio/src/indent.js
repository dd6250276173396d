// How deep the next line stands. What a text means, the engine says; this only spares keys.

const UNIT = 4;

/** Lines under which others stand, by their first word or by their end. */
const BEGINS = /^(policy|section|forbid|permit|require|except|exception|scenario|property|governed|enforcement|table|alleged|confirmed|reading)\b/;
const ENDS = /(^|\s)(all of|any of|none of|one of(\s*,\s*rising)?|has|as|given|when|provided|must|where|satisfies)$|[{[(]$/;

/** A line without its comment. */
function bare(line) {
  let inside = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\" && inside) at++;
    else if (line[at] === '"') inside = !inside;
    else if (line[at] === "#" && !inside) return line.slice(0, at).trimEnd();
  }
  return line.trimEnd();
}

/** Whether code is written after these lines of Markdown: inside its fences. */
const isCode = (above) => above.filter((each) => /^(```|~~~)/.test(each.trimStart())).length % 2 === 1;

/**
 * What Enter does: how many characters before the cursor go (`strip`), and what comes in their place. `above` are
 * the lines above, `before` and `after` what stands left and right of the cursor; `literate` says that it is Markdown.
 */
export function afterLine(above, before, after, literate = false) {
  if (literate && !isCode(above)) return { strip: 0, insert: "\n" };
  const text = before.trim();
  if (!text && !after.trim() && before.length) {
    const out = " ".repeat((Math.ceil(before.length / UNIT) - 1) * UNIT);
    const again = above.length > 0 && !above.at(-1).trim(); // one empty line is enough
    return { strip: before.length, insert: again ? out : `\n${out}` };
  }
  if (!text) return { strip: 0, insert: `\n${before}` };
  const line = bare(before).trim();
  const opens = !after.trim() && (BEGINS.test(line) || ENDS.test(line));
  const depth = before.length - before.trimStart().length + (opens ? UNIT : 0);
  return { strip: before.length - before.trimEnd().length, insert: `\n${" ".repeat(depth)}` };
}
