// Colours of words, by the lists that are made of the grammar. What a name means, the engine knows.
import { h } from "./dom.js";
import { DECLARING, OPERATORS, OTHERS, VALUES } from "./words.js";

const TOKEN = /(#.*)|("(?:[^"\\]|\\.)*"?)|(\d[\d_.:-]*)|([A-Za-z_]\w*(?:\.\w+)*)|(\s+)|(.)/gy;

const kindOf = (word) => (DECLARING.has(word) ? "declaring" : VALUES.has(word) ? "value" : OPERATORS.has(word) ? "operator" : OTHERS.has(word) ? "keyword" : null);

/** The token at a place of a line: its kind (or null) and its end. */
export function token(line, at) {
  TOKEN.lastIndex = at;
  const [text, comment, string, number, word] = TOKEN.exec(line);
  const kind = comment ? "comment" : string ? "string" : number ? "number" : word ? kindOf(word) : null;
  return { kind, end: at + text.length };
}

export function highlighted(text, name) {
  const lines = text.split("\n").flatMap((line, number) => {
    const made = number ? ["\n"] : [];
    for (let at = 0; at < line.length; ) {
      const { kind, end } = token(line, at);
      const piece = line.slice(at, end);
      made.push(kind ? h("span", { class: `t-${kind}` }, piece) : piece);
      at = end;
    }
    return made;
  });
  return h("pre", { class: "code", tabindex: "0", role: "region", "aria-label": `As code: ${name}` }, h("code", {}, lines));
}
