// Everything that a link holds. It stands behind `#`, which no browser sends to a server.
//
// `#1` and then the state as JSON, deflated, in base64 for addresses. A reader of another version says so.
// Which kept draft is at hand stands in the state of the browser's history instead: a link takes the place of none.
import { begun, brought, read, taken, titleOf } from "./drafts.js";

const VERSION = "1";

export const EMPTY_USE = { answers: {}, said: {}, standard: null, open: [], as_of: null, known_at: null, scenario: null, title: null, about: null };

export const state = {
  view: "read",
  doc: null, // {id, version, recorded} of the library, or "draft"
  draft: null, // as drafts.js has one: base is the text that it began as
  use: structuredClone(EMPTY_USE),
  clause: null,
  change: null, // {old, new}: each a document as above, or "base"
  gone: new Set(), // keys of drafts that were deleted here: Back brings none of them back
};

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

function packed() {
  const { view, doc, draft, use, clause, change } = state;
  const made = { v: view, d: doc };
  if (draft) made.t = draft.base === draft.text ? { text: draft.text, name: draft.name, same: true } : { text: draft.text, name: draft.name, base: draft.base };
  if (Object.keys(use.answers).length || use.open.length || use.as_of || use.scenario || use.about) made.u = use;
  if (clause) made.c = clause;
  if (change) made.x = change;
  return made;
}

export async function fragment() {
  const raw = new TextEncoder().encode(JSON.stringify(packed()));
  const small = await through(raw, new CompressionStream("deflate-raw"));
  let text = "";
  for (const each of small) text += String.fromCharCode(each);
  return `#${VERSION}${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/**
 * Take the state over from an address. What went wrong is told; false if there is nothing in it. `place` is what
 * the browser's history has of the address: null if it came from outside, as a link does.
 */
export async function restore(hash, place) {
  if (hash.length < 2) return false;
  if (hash[1] !== VERSION) throw new Error("This link was made by another version of the studio, which this one cannot read.");
  let made;
  try {
    const coded = atob(hash.slice(2).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(coded, (sign) => sign.charCodeAt(0));
    made = JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
  } catch {
    throw new Error("This link is damaged. Perhaps its end is missing: copy it once more, as a whole.");
  }
  const views = ["read", "ask", "write", "compare", "change"];
  state.view = views.includes(made.v) ? made.v : "read";
  const said = typeof made.t?.text === "string" ? { text: made.t.text, name: made.t.name === "terms.tos.md" ? "terms.tos.md" : "terms.tos", base: made.t.same ? made.t.text : typeof made.t.base === "string" ? made.t.base : null } : null;
  state.draft = said && (place ? own(said, place) : brought(said));
  state.doc = made.d === "draft" ? (state.draft ? "draft" : null) : typeof made.d?.id === "string" ? made.d : null;
  state.use = useOf(made.u);
  state.clause = typeof made.c === "string" ? made.c : null;
  state.change = made.x ?? null;
  return true;
}

/** The draft of an address of this tab: as it is now, not as it was when the address was made. */
function own(said, { draft: key }) {
  if (state.gone.has(key)) return null;
  if (state.draft?.key === key) return state.draft;
  const found = read(key);
  if (found) return taken(found);
  return key ? { ...begun(said.text, said.name, said.base), key } : { ...brought(said), link: false };
}

/** Whatever a link says, a use has the shape of one; what its answers mean, the engine says. */
function useOf(said) {
  const made = structuredClone(EMPTY_USE);
  if (said?.answers?.constructor === Object) made.answers = said.answers;
  if (Array.isArray(said?.open)) made.open = said.open.filter((each) => typeof each === "string");
  for (const key of ["standard", "as_of", "known_at", "scenario", "title", "about"]) if (typeof said?.[key] === "string") made[key] = said[key];
  if (said?.said?.constructor === Object) for (const [fact, word] of Object.entries(said.said)) made.said[fact] = wordOf(word);
  return made;
}

/** Who says so: texts and nothing else. */
function wordOf(said) {
  const made = { status: said?.status === "alleged" ? "alleged" : "confirmed", source: "" };
  for (const key of ["source", "said_by", "said_on"]) if (typeof said?.[key] === "string") made[key] = said[key];
  return made;
}

let writing = Promise.resolve(), timer = 0;

/** Put the state into the address; `step` makes it one that the browser's Back leads to. */
export function remember(step = false) {
  clearTimeout(timer);
  const write = () => (writing = writing.then(async () => {
    const now = await fragment();
    const place = { draft: state.draft?.key ?? null };
    const same = now === location.hash;
    if (same && history.state?.draft === place.draft) return;
    history[step && !same ? "pushState" : "replaceState"](place, "", now);
  }));
  if (step) write();
  else timer = setTimeout(write, 250);
}

/** What the draft at hand is called: a copy of a document has its title, and is another text. */
export const draftLabel = () => (state.draft ? `${titleOf(state.draft)} (${state.draft.link ? "from a link" : "my draft"})` : "My draft");

/** A document as the engine is asked about it. */
export function source(doc = state.doc) {
  if (doc === "draft") return { text: state.draft.text, name: state.draft.name };
  if (doc === "base") return { text: state.draft.base ?? "", name: state.draft.name };
  return doc;
}
