// Drafts in the browser's own storage: a draft outlives its tab. Nothing is sent anywhere.
//
// Each draft has a key of its own: what another tab, another draft or a link holds takes the place of none.
// A draft is `{text, name, base, key, seen, link}`: `seen` is the text that this tab has last kept or read under
// the key, `link` says that it came with a link. It is kept once it is changed.

const PREFIX = "tosdsl-studio.draft.";

/** Every draft that is kept, the newest first: `{key, text, name, base, changed}`. What is damaged is left out. */
export function kept() {
  const found = [];
  try {
    for (let at = 0; at < localStorage.length; at++) {
      const name = localStorage.key(at);
      const one = name.startsWith(PREFIX) && read(name.slice(PREFIX.length));
      if (one) found.push(one);
    }
  } catch {
    return []; // the browser keeps nothing for this page
  }
  return found.sort((one, other) => other.changed - one.changed);
}

/** The draft of a key; null if there is none. */
export function read(key) {
  try {
    const said = JSON.parse(localStorage.getItem(PREFIX + key));
    if (typeof said?.text !== "string") return null;
    const base = typeof said.base === "string" ? said.base : null;
    return { key, text: said.text, name: said.name === "terms.tos.md" ? "terms.tos.md" : "terms.tos", base, changed: Number(said.changed) || 0 };
  } catch {
    return null;
  }
}

/**
 * Keep a draft. Returns `"kept"`; `"apart"` if another tab has changed the one of this key, so that this one
 * is kept under a new key; `"not"` if the browser keeps nothing.
 */
export function keep(draft) {
  const there = read(draft.key);
  const apart = there !== null && there.text !== draft.seen && there.text !== draft.text;
  if (apart) draft.key = another();
  try {
    const { text, name, base } = draft;
    localStorage.setItem(PREFIX + draft.key, JSON.stringify({ text, name, base, changed: Date.now() }));
  } catch {
    return "not"; // it is full, or switched off
  }
  draft.seen = draft.text;
  return apart ? "apart" : "kept";
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // there was nothing to forget
  }
}

/** A key that no draft has. */
const another = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** A draft that begins here. */
export const begun = (text, name, base = text) => ({ key: another(), text, name, base, seen: null, link: false });

/** A draft that is kept, as the page has it at hand. */
export const taken = ({ key, text, name, base }) => ({ key, text, name, base, seen: text, link: false });

/** The draft that a link has brought. One that is kept with the very same text is that one. */
export function brought({ text, name, base }) {
  const same = kept().find((each) => each.text === text && each.name === name);
  return same ? taken(same) : { ...begun(text, name, base), link: true };
}

/** Whether closing the tab would lose it: it was changed, and the browser has it not. */
export const unkept = (draft) => Boolean(draft) && draft.text !== draft.base && read(draft.key)?.text !== draft.text;

/** What a draft is called: its title, or the name of its policy. */
export function titleOf({ text }) {
  return /^\s+title\s+"([^"\n]+)"/m.exec(text)?.[1] ?? /^policy\s+([\w.]+)/m.exec(text)?.[1] ?? "without a title";
}
