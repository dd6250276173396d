// The drafts that this browser keeps: offered, opened, deleted; and in plain words, where they are.
import { h, plural } from "./dom.js";
import { forget, kept, read, taken, titleOf, unkept } from "./drafts.js";
import { state } from "./state.js";

const WHERE = "Kept in this browser, on this machine alone: nothing is sent anywhere.";

/** Where the text at hand is kept; `how` is what keeping it came to, if it was kept just now. */
export function keeping(draft, how = null) {
  if (how === "not") return "This browser keeps nothing for this page: its storage is full, or switched off. The text stands in the address of this tab alone. Download it before you close the tab.";
  if (how === "apart") return `Another tab has changed this draft too. That one is as it was; yours is kept beside it. ${WHERE}`;
  if (how === "kept" || read(draft.key)) return `${WHERE} You may close the tab and come back. Clearing the browser’s data deletes it.`;
  if (draft.link) return `This text came with a link. Your own drafts are as they were. Once you change it, it is kept as one more of them. ${WHERE.replace("Kept", "They are")}`;
  return "Once you change it, it is kept in this browser, on this machine alone: nothing is sent anywhere.";
}

/** Whether another text may take the place of the one at hand. It asks only where that would lose something. */
export function mayLeave() {
  return !unkept(state.draft) || confirm("This browser does not keep the draft that you have. It is lost if you go on. Go on?");
}

function take(key, page) {
  const found = read(key);
  if (!found) return page.show(); // another tab has deleted it
  if (state.draft?.key !== key) state.draft = taken(found);
  return page.open("draft", "write");
}

/** Delete a draft, if that is wanted. */
export function remove(draft, page) {
  const there = read(draft.key) !== null || draft.text !== draft.base;
  if (there && !confirm(`This deletes the draft “${titleOf(draft)}”. It cannot be brought back. Go on?`)) return;
  forget(draft.key);
  state.gone.add(draft.key);
  if (state.draft?.key === draft.key) page.leaveDraft();
  page.show({ focus: true });
}

const when = ({ changed }) => new Date(changed).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The drafts, to be opened or deleted. */
export function drafts(page) {
  const several = kept();
  if (!several.length) return null;
  const row = (each) =>
    h("li", {},
      h("button", { type: "button", class: "link", onclick: () => take(each.key, page) }, titleOf(each)),
      h("span", { class: "quiet" }, `${plural(each.text.split("\n").length, "line")}, changed ${when(each)}`),
      h("button", { type: "button", class: "small", onclick: () => remove(each, page), "aria-label": `Delete ${titleOf(each)}, changed ${when(each)}` }, "Delete"));
  return h("section", { class: "card drafts", "aria-label": "Your drafts" }, h("h2", {}, "Your drafts"), h("p", { class: "quiet" }, WHERE), h("ul", {}, several.map(row)));
}

/** When the studio is opened: the draft that was changed last, and how many more there are. */
export function offer(page) {
  const [first, ...others] = kept();
  if (!first) return [];
  return [h("div", { class: "note", role: "status", id: "offer" },
    h("p", { class: "note-title" }, `Your draft “${titleOf(first)}” is still here.`),
    h("p", {}, `You changed it ${when(first)}. ${WHERE}`),
    h("p", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => take(first.key, page) }, "Go on with it"),
      h("button", { type: "button", onclick: () => { state.view = "write"; page.show({ step: true, focus: true }); } }, others.length ? `All ${others.length + 1} drafts` : "See it among your drafts, or delete it")))];
}

/** For the list of the library. */
export function mine(page) {
  const here = state.draft && !read(state.draft.key) ? [state.draft] : [];
  const several = [...here, ...kept()];
  const entry = (each) => h("li", {}, h("button", { type: "button", "aria-current": state.doc === "draft" && state.draft?.key === each.key ? "true" : null, onclick: () => { if (each !== state.draft && state.draft?.key !== each.key) { const found = read(each.key); if (found && mayLeave()) state.draft = taken(found); } page.open("draft"); } }, titleOf(each)), several.length > 1 && each.changed && h("span", { class: "count" }, `changed ${when(each)}`));
  return several.length > 0 && h("section", {}, h("h3", {}, "Mine"), h("ul", {}, several.map(entry)));
}
