// The page: which view is shown, of which document, and what the engine is doing.
import { ask, listen, Overtaken, Problems, seen, start, stop } from "./engine.js";
import { fill, h, note, problems } from "./dom.js";
import { draftLabel, EMPTY_USE, remember, restore, state } from "./state.js";
import { asking } from "./ask.js";
import { changing } from "./change.js";
import { comparing } from "./compare.js";
import { unkept } from "./drafts.js";
import { offer } from "./mine.js";
import { reading } from "./read.js";
import { share } from "./share.js";
import { writing } from "./write.js";

const VIEWS = [
  ["read", "Read", reading],
  ["ask", "Ask", asking],
  ["write", "Write", writing],
  ["compare", "Compare", comparing],
  ["change", "Change", changing],
];
const START = "openai.business_terms";

const main = document.getElementById("main");
const page = { library: [], show, open, leaveDraft, fail, say, docLabel, versionLabel };

let leave = null, number = 0;

/** Show the view of the state. What an older showing has still to draw is dropped. */
async function show({ step = false, focus = false } = {}) {
  remember(step);
  const mine = ++number;
  leave?.();
  leave = null;
  drawTop();
  const [, label, view] = VIEWS.find(([name]) => name === state.view);
  document.title = `${label}: ${docLabel()} – tosdsl studio`;
  main.setAttribute("aria-busy", "true");
  const place = h("div", { class: `view view-${state.view}` });
  fill(main, place);
  if (focus) main.focus();
  try {
    leave = (await view(place, page, () => mine === number)) ?? null;
  } catch (error) {
    if (mine === number) fail(place, error);
  }
  if (mine === number) main.removeAttribute("aria-busy");
}

/** Another document at hand: what was asked about the last one stays, as far as it has the facts. */
function open(doc, view = state.view) {
  state.doc = doc;
  state.view = view;
  state.clause = null;
  state.use = { ...state.use, scenario: null, title: null, about: null };
  return show({ step: true, focus: view !== "read" });
}

/** No draft is at hand any more; those that are kept stay. */
function leaveDraft() {
  state.draft = null;
  state.doc = null;
  state.change = null;
  state.use = { ...state.use, scenario: null, title: null, about: null };
  settle();
}

function fail(place, error) {
  if (error instanceof Overtaken) return;
  if (error instanceof Problems) {
    const edit = state.doc === "draft" && state.view !== "write" && h("button", { type: "button", onclick: () => open("draft", "write") }, "Mend it in Write");
    fill(place, problems(error.several), edit && h("p", {}, edit));
    return;
  }
  console.error(error);
  fill(place, note("The studio has made a mistake.", "What you have written is still in the address of this page. If the browser keeps drafts, it is in Write as well, under Your drafts.", h("pre", {}, String(error.message ?? error).split("\n").slice(-4).join("\n"))));
}

function say(text) {
  const live = document.getElementById("live");
  if (live.textContent !== text) live.textContent = text;
}

// --- the top -----------------------------------------------------------------------------------------

/** A version among those of its document: by the day on which it was recorded where that alone tells them apart. */
function versionLabel(version, several) {
  const alike = several.filter((each) => each.version === version.version).length > 1;
  const many = `${version.version || "no version"}${alike && version.recorded ? `, recorded ${version.recorded}` : ""}`;
  return version.until ? `${many} (until ${version.until})` : many;
}

function docLabel(doc = state.doc) {
  if (doc === "draft") return draftLabel();
  const found = page.library.find((each) => each.id === doc?.id);
  return found ? `${found.title}${doc.version ? `, ${doc.version}` : ""}` : "";
}

/** Drawn anew with each showing; whoever had the focus in it keeps it. */
function drawTop() {
  const { id, dataset } = document.activeElement ?? {};
  drawViews();
  drawBar();
  if (id === "document") document.getElementById(id)?.focus();
  else if (dataset?.view) document.querySelector(`[data-view=${state.view}]`)?.focus();
}

function drawViews() {
  fill(
    document.getElementById("views"),
    VIEWS.map(([name, label]) =>
      h("button", { type: "button", "data-view": name, "aria-current": state.view === name ? "page" : null, onclick: () => { state.view = name; show({ step: true }); } }, label),
    ),
  );
}

function drawBar() {
  const bar = document.getElementById("bar");
  if (!page.library.length) return fill(bar);
  if (["compare", "change"].includes(state.view) || (state.view === "write" && state.draft)) return fill(bar);
  const providers = Map.groupBy(page.library, (each) => each.provider);
  const key = (doc) => (doc === "draft" ? "draft" : [doc.id, doc.version, doc.recorded].join("\n"));
  const select = h(
    "select",
    { id: "document", onchange: (event) => open(event.target.value === "draft" ? "draft" : docOf(event.target.value)) },
    state.draft && h("option", { value: "draft" }, draftLabel()),
    [...providers].map(([provider, several]) =>
      h("optgroup", { label: provider }, several.flatMap((each) => each.versions.map((version) => h("option", { value: key({ id: each.id, ...version }) }, `${each.title}, ${versionLabel(version, each.versions)}`)))),
    ),
  );
  select.value = key(state.doc);
  return fill(bar, h("label", { for: "document" }, "Document"), select);
}

function docOf(value) {
  const [id, version, recorded] = value.split("\n");
  return { id, version, recorded };
}

// --- the engine ----------------------------------------------------------------------------------------

const busy = document.getElementById("busy");
const NAMES = { settle: "Looking for what would settle it", change: "Comparing every use of both versions", compare: "Asking every document", load: "Reading documents", shown: "Looking for a use", "look over": "Looking it over" };
let timer = 0;

const STEPS = { python: "Starting the engine. The first time, seven megabytes are fetched; after that it is at hand without a network.", engine: "Starting the engine: reading the program" };

listen(({ kind, name, text }) => {
  clearTimeout(timer);
  document.getElementById("stop").hidden = kind === "starting" || kind === "step";
  if (kind === "starting" || kind === "step") {
    document.getElementById("busy-text").textContent = STEPS[kind === "step" ? "engine" : "python"];
    timer = setTimeout(() => (busy.hidden = false), kind === "step" ? 0 : 400);
  } else if (kind === "ready") busy.hidden = true;
  else if (kind === "busy") timer = setTimeout(() => { document.getElementById("busy-text").textContent = NAMES[name] ?? "Working"; busy.hidden = false; }, 700);
  else if (kind === "solver") {
    document.getElementById("busy-text").textContent = "Fetching the solver, which this question needs. The first time, that is three megabytes";
    busy.hidden = false;
  } else if (kind === "idle") busy.hidden = true;
  else if (kind === "failed") fill(main, note("The engine could not be started.", `${text} The studio needs a browser of the last two years, with WebAssembly. Load the page again, or try another browser.`));
});
document.getElementById("stop").onclick = () => { busy.hidden = true; stop(); };
document.getElementById("share").onclick = () => share(page);
document.getElementById("skip").onclick = (event) => { event.preventDefault(); main.focus(); };

/** Whatever an address may say, the document at hand is one that there is. */
function settle() {
  const known = page.library.find((each) => each.id === state.doc?.id);
  if (state.doc === "draft" && state.draft) return;
  if (!known) {
    const first = page.library.find((each) => each.id === START) ?? page.library[0];
    state.doc = { id: first.id, version: first.versions[0].version, recorded: first.versions[0].recorded };
  } else if (!known.versions.some((each) => each.version === state.doc.version && each.recorded === (state.doc.recorded ?? ""))) {
    const [{ version, recorded }] = known.versions;
    state.doc = { id: known.id, version, recorded };
  }
}

async function arrive({ first = false } = {}) {
  let wrong = null;
  try {
    await restore(location.hash, history.state);
  } catch (error) {
    wrong = error.message;
    state.use = structuredClone(EMPTY_USE);
  }
  settle();
  await show();
  if (first && !state.draft) main.prepend(...offer(page));
  if (wrong) main.prepend(h("div", { class: "note problem", role: "alert" }, h("p", {}, wrong), h("p", {}, "Below is the library.")));
}

fill(main, h("p", { class: "waiting" }, "Starting …"));
drawTop();
start();
try {
  const listed = await fetch("./library.json"); // what the engine would say, known before it has started
  if (!listed.ok) throw new Error(`library.json: ${listed.status}`);
  page.library = await listed.json();
  window.studio = { state, seen, ask };
  addEventListener("popstate", () => arrive());
  addEventListener("beforeunload", (event) => { if (unkept(state.draft)) event.preventDefault(); });
  await arrive({ first: true });
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
} catch (error) {
  fail(main, error);
}
if ("serviceWorker" in navigator) {
  const visited = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (visited) main.prepend(h("div", { class: "note", role: "status" }, h("p", {}, "A newer studio is at hand. What you have here stays."), h("button", { type: "button", onclick: () => location.reload() }, "Load the page again")));
  });
  navigator.serviceWorker
    .register("./service.js")
    .then(() => navigator.serviceWorker.ready)
    .then(() => (document.documentElement.dataset.offline = "ready"), () => {}); // without it, the studio needs its server
}
