// Uses the studio in headless Chromium as somebody would, and prints what was seen as one object of JSON.
//   node drive.mjs ADDRESS FOLDER CHROMIUM [PICTURES]
// FOLDER has playwright-core and axe-core. Each part stands by itself: what one dies of is told under its name.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [address, folder, chromium_, pictures] = process.argv.slice(2);
const require = createRequire(path.join(folder, "package.json"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({ executablePath: chromium_, args: ["--no-sandbox", "--enable-precise-memory-info"] });
const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true });
const page = await context.newPage();
page.setDefaultTimeout(30_000);
const seen = { errors: [], outside: [], axe: {}, wide: {}, failed: {}, figures: {} };
const watch = (one) => {
  one.on("dialog", (dialog) => dialog.accept());
  one.on("pageerror", (error) => seen.errors.push(String(error)));
  one.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
};
watch(page);
const fetched = [];
context.on("request", (request) => {
  const url = request.url();
  fetched.push(url);
  if (!url.startsWith(address) && !/^(data|blob):/.test(url)) seen.outside.push(url);
});

const everything = process.env.EVERYTHING === "1"; // every shipped scenario, and figures that are medians
const median = (several) => [...several].sort((one, other) => one - other)[several.length >> 1];
const view = async (name) => { await page.click(`[data-view=${name}]`); };
const texts = (selector) => page.locator(selector).allInnerTexts();
const fact = (name) => page.locator(`[data-fact="${name}"]`);
const banner = () => page.locator(".banner .verdict").innerText().then((text) => text.replace(/^\W+/, "").trim());
const settled = async () => { await page.waitForTimeout(120); await page.waitForSelector(".result:not([aria-busy]) .banner"); };
const picture = async (name) => { if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`) }); };

/** What a screen reader would stumble over, in both colours; and whether it fits 400 px. */
async function examine(name) {
  await picture(name);
  for (const colours of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: colours });
    if (colours === "dark") await picture(`${name}-dark`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }));
    seen.axe[`${name} ${colours}`] = found.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 400, height: 800 });
  await page.waitForTimeout(80);
  await picture(`${name}-400`);
  seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.setViewportSize({ width: 1360, height: 900 });
}

async function part(name, work) {
  try {
    seen[name] = await work();
  } catch (error) {
    seen.failed[name] = String(error.stack).slice(0, 1500);
    await picture(`failed-${name}`);
  }
}

await part("start", async () => {
  const began = Date.now();
  await page.goto(`${address}#1`.replace(/#1$/, ""));
  await page.waitForSelector(".clause");
  seen.figures["first document, ms"] = Date.now() - began;
  return { heading: await page.locator("h1").innerText(), library: (await texts(".shelf li button")).length };
});

await part("read", async () => {
  await page.click(".clause .more");
  await page.waitForSelector(".panel h4");
  await examine("read");
  const made = { clause: await texts(".clause .law .text"), code: (await texts(".clause > .code"))[0], headings: await texts(".panel h4"), exceptions: await texts(".panel .tree b"), scenarios: await texts(".panel .scenario") };
  made.meaning = await page.locator(".panel abbr", { hasText: /^model.distributed$/ }).first().getAttribute("title");
  await page.click(".shown button");
  await page.waitForSelector(".shown .code");
  made.shown = await page.locator(".shown .code").innerText();
  await page.keyboard.press("Tab");
  await page.getByRole("navigation", { name: "The library" }).getByText("DeepSeek Terms of Use").click();
  await page.waitForFunction(() => document.querySelector("h1")?.innerText === "DeepSeek Terms of Use");
  made.other = await page.locator(".row").count();
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("h1")?.innerText === "OpenAI Business Terms");
  return made;
});

await part("ask", async () => {
  await view("ask");
  await settled();
  const made = { begin: await banner(), questions: await page.locator(".fact:visible").count(), steps: [] };
  const step = async (work) => { await work(); await settled(); made.steps.push(await banner()); };
  await step(() => fact("activities").getByLabel("train", { exact: true }).check());
  await step(() => fact("output_of").getByLabel("openai", { exact: true }).check());
  await step(() => fact("model.purpose").getByLabel("classify", { exact: true }).check());
  await step(() => fact("model.distributed").getByLabel("Yes", { exact: true }).check());
  await step(() => fact("model.competes_with").getByLabel(/^Not known/).check());
  made.hangs = await page.locator(".hangs").innerText();
  made.hidden = await page.locator(".fact:not(:visible)").count();
  await page.click(".settle");
  await page.waitForSelector(".way");
  made.ways = await texts(".way");
  made.tree = await page.locator(".branch").count();
  made.meaning = await page.locator(".branch abbr", { hasText: /^model.purpose$/ }).first().getAttribute("title");
  await examine("ask");
  await page.locator(".way button").first().click();
  await settled();
  made.after = await banner();
  await fact("model.competes_with").getByLabel("openai", { exact: true }).check();
  await settled();
  made.forbidden = await banner();
  await page.fill("#title", "published, and it competes");
  await page.getByRole("button", { name: "Save as scenario" }).click();
  await page.waitForSelector(".runs");
  made.saved = (await texts(".runs li")).filter((each) => each.includes("published, and it competes"));
  made.note = await page.locator(".findings .note").first().innerText();
  made.keyboard = await byKeyboard();
  return made;
});

/** Answers a question with the keyboard alone. */
async function byKeyboard() {
  await view("ask");
  await settled();
  await page.getByRole("button", { name: "Begin anew" }).click();
  await settled();
  await fact("activities").getByLabel("train", { exact: true }).focus();
  await page.keyboard.press("Space");
  await settled();
  await page.keyboard.press("Tab");
  const focused = await page.evaluate(() => document.activeElement.value);
  await page.focus("[data-view=read]");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".clause");
  await page.keyboard.press("Tab");
  const next = await page.evaluate(() => document.activeElement.dataset.view);
  await view("ask");
  await settled();
  return { next, checked: await fact("activities").getByLabel("train", { exact: true }).isChecked(), focused };
}

/** An answer that is somebody's word, and whether it counts. */
await part("said", async () => {
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector(".clause");
  await view("ask");
  await settled();
  for (const [name, label] of [["activities", "train"], ["output_of", "openai"], ["model.purpose", "generate"], ["model.competes_with", "openai"]]) {
    await fact(name).getByLabel(label, { exact: true }).check();
    await settled();
  }
  const made = { known: await banner() };
  const rival = fact("model.competes_with");
  await rival.getByText("Who says so?").click();
  await rival.getByLabel("It is alleged").check();
  await settled();
  await rival.getByLabel(/^Who says so, and where/).fill("a press report");
  await page.keyboard.press("Tab");
  await settled();
  made.alleged = await banner();
  made.head = await rival.locator(".who summary").innerText();
  made.note = await page.locator(".note").innerText();
  await examine("said");
  await page.getByLabel(/^Let allegations count/).check();
  await settled();
  made.counted = await banner();
  await page.waitForTimeout(400); // the address follows
  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await settled();
  made.again = await banner();
  await page.fill("#title", "as the press has it");
  await page.getByRole("button", { name: "Save as scenario" }).click();
  await page.waitForSelector(".runs");
  made.saved = (await texts(".runs li")).filter((each) => each.includes("as the press has it"));
  await view("ask");
  await settled();
  await fact("model.competes_with").getByRole("button", { name: /^Clear/ }).click();
  await settled();
  made.cleared = await page.evaluate(() => window.studio.state.use.said);
  return made;
});

await part("write", async () => {
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector(".clause");
  await view("write");
  await page.waitForSelector(".card");
  await examine("write-begin");
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.waitForSelector(".runs");
  const made = { scenarios: await texts(".runs li") };
  const put = (needle, text, cut = 0) => page.evaluate(([needle, text, cut]) => {
    const { view } = window.studio.editor;
    const at = view.state.doc.toString().indexOf(needle) + needle.length;
    view.focus();
    view.dispatch({ changes: { from: at, to: at + cut, insert: text }, selection: { anchor: at + text.length } });
  }, [needle, text, cut]);
  await put("        when credi", "s", 1);
  await page.waitForSelector(".problems li");
  made.problem = await page.locator(".problems li").first().innerText();
  await examine("write-mistake");
  await page.locator(".problems .actions button").first().click();
  await page.waitForSelector(".runs");
  made.mended = await page.locator(".text-status").innerText();
  await put("provided ", "", 4);
  await page.waitForSelector(".runs .failed");
  made.failed = await texts(".runs .failed");
  const before = await page.evaluate(() => window.studio.editor.text());
  await page.getByRole("button", { name: /^Expect forbidden of/ }).click();
  await page.waitForFunction(() => document.querySelectorAll(".runs .failure").length === 1);
  await page.getByRole("button", { name: /^Take out: expect .* defeated by/ }).click();
  await page.waitForFunction(() => !document.querySelector(".runs .failed"));
  made.meant = await page.locator(".text-status").innerText();
  await page.evaluate((text) => window.studio.editor.replace(text), before);
  await page.waitForSelector(".runs .failed");
  await put("provided ", "not ");
  await page.waitForFunction(() => !document.querySelector(".runs .failed"));
  await put("default permit", "\n\n\n");
  await page.getByRole("button", { name: "Format" }).click();
  await page.waitForFunction(() => !window.studio.editor.text().includes("permit\n\n\n"));
  made.formatted = await page.evaluate(() => window.studio.editor.text());
  await page.getByRole("button", { name: "Look it over" }).click();
  await page.waitForSelector("progress");
  await put("        when ", "pu");
  await page.keyboard.type("r");
  await page.waitForSelector(".cm-tooltip-autocomplete li");
  made.completion = await texts(".cm-tooltip-autocomplete li");
  await page.keyboard.press("Escape");
  await put("        when ", "", 3);
  return made;
});

await part("change", async () => {
  await page.evaluate(() => {
    const { view } = window.studio.editor;
    const line = "        provided not harmful\n";
    const from = view.state.doc.toString().indexOf(line);
    view.dispatch({ changes: { from, to: from + line.length } });
  });
  await page.waitForSelector(".runs .failed");
  await page.getByRole("button", { name: "What have I changed?" }).click();
  await page.waitForSelector(".conclusion");
  await examine("change");
  return { conclusion: await page.locator(".conclusion").innerText(), classes: await texts(".class"), gone: await texts(".gone") };
});

await part("share", async () => {
  await page.click("#share");
  await page.waitForSelector("#link");
  await examine("share");
  const link = await page.inputValue("#link");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^The document as code/ }).click()]);
  const text = fs.readFileSync(await file.path(), "utf8");
  await page.getByRole("button", { name: "Close" }).click();
  const other = await context.newPage();
  watch(other);
  await other.goto(link);
  await other.waitForSelector(".conclusion", { timeout: 60_000 });
  const conclusion = await other.locator(".conclusion").innerText();
  const same = await other.evaluate(() => window.studio.state.draft.text);
  await other.goto("about:blank");
  await other.goto(`${address}#1damaged`);
  await other.waitForSelector(".note.problem");
  const damaged = await other.locator(".note.problem").innerText();
  await other.close();
  return { length: link.length, version: new URL(link).hash.slice(0, 2), file: file.suggestedFilename(), same: text === same, conclusion, damaged };
});

await part("drafts", async () => {
  const link = await page.evaluate(() => location.href);
  const stored = () => page.evaluate(() => Object.values(localStorage).map((each) => JSON.parse(each).text.split("\n")[0]).filter((each) => /^# [a-z]/.test(each)).sort());
  const put = async (text) => { await page.evaluate((text) => window.studio.editor.view.dispatch({ changes: { from: 0, insert: text } }), text); await page.waitForTimeout(400); };
  const fresh = async (url) => { await page.goto("about:blank"); await page.goto(url); };
  const made = {};
  await fresh(address);
  await page.waitForSelector("#offer");
  made.offer = await page.locator("#offer .note-title").innerText();
  await examine("offer");
  await page.getByRole("button", { name: "Go on with it" }).click();
  await page.waitForSelector("#kept");
  await put("# mine\n");
  await page.reload();
  await page.waitForSelector("#kept");
  made.reloaded = (await page.evaluate(() => window.studio.editor.text())).startsWith("# mine\n");
  await fresh(link);
  await page.waitForSelector(".conclusion");
  await view("write");
  await page.waitForSelector("#kept");
  made.link = await page.locator("#kept").innerText();
  made.untouched = await stored();
  await put("# theirs\n");
  made.both = await stored();
  const tab = await context.newPage();
  await tab.goto(page.url());
  await tab.waitForSelector("#kept");
  await tab.evaluate(() => window.studio.editor.view.dispatch({ changes: { from: 0, insert: "# another tab\n" } }));
  await tab.close();
  await put("# this tab\n");
  made.tabs = await stored();
  await view("ask");
  await settled();
  await view("write");
  await page.waitForSelector("#kept");
  await put("# later\n");
  await page.goBack();
  await settled();
  made.back = await page.evaluate(() => window.studio.state.draft.text.split("\n")[0]);
  await view("write");
  await page.getByRole("button", { name: "New or another draft" }).click();
  await page.waitForSelector(".drafts");
  await examine("drafts");
  while (await page.locator(".drafts li").count()) {
    const left = await page.locator(".drafts li").count();
    await page.locator(".drafts li").first().getByRole("button", { name: /^Delete/ }).click();
    await page.waitForFunction((left) => document.querySelectorAll(".drafts li").length < left, left);
  }
  made.deleted = await stored();
  return made;
});

await part("enter", async () => {
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.waitForSelector("#kept");
  await page.evaluate(() => { const { view } = window.studio.editor; const end = view.state.doc.length; view.focus(); view.dispatch({ changes: { from: 0, to: end, insert: "" } }); });
  const keys = ["forbid resale", "when all of", "credit", "harmful", "Shift+Tab", "except small # why", "when credit", "provided not harmful", "", "except other", "when harmful", "Shift+Tab", "Backspace", "section s"];
  let fresh = true;
  for (const each of keys) {
    if (/^(Shift\+Tab|Backspace)$/.test(each)) { await page.keyboard.press(fresh ? "Enter" : each); if (fresh) await page.keyboard.press(each); fresh = false; continue; }
    if (fresh && each !== keys[0]) await page.keyboard.press("Enter");
    await page.keyboard.type(each);
    await page.keyboard.press("Escape"); // what is offered there
    fresh = true;
  }
  return page.evaluate(() => window.studio.editor.text());
});

await part("stale", async () => {
  const put = (text) => page.evaluate((text) => { const { view } = window.studio.editor; view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); }, text);
  const text = await page.evaluate(() => window.studio.ask("start", { id: "acme.terms" }));
  await put(text);
  await page.waitForSelector(".runs");
  await page.getByRole("button", { name: "Why? sold, and nobody is named" }).click();
  await settled();
  const made = { before: await banner() };
  await view("write");
  await page.waitForSelector(".runs");
  await put(text.replace("credit: no", "credit: yes"));
  await view("ask");
  await settled();
  return { ...made, after: await banner() };
});

await part("compare", async () => {
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector(".clause");
  await view("compare");
  await page.waitForSelector(".note");
  await examine("compare-empty");
  const empty = await page.locator(".note").innerText();
  await view("ask");
  await settled();
  await page.selectOption("#scenario", { label: "C01-d: the same classifier, its weights published on a model hub, free of charge" });
  await page.waitForFunction(() => window.studio.state.use.title?.startsWith("C01-d:"));
  await settled();
  const began = Date.now();
  await view("compare");
  await page.waitForSelector(".group");
  seen.figures["one use against every document, ms"] = Date.now() - began;
  await examine("compare");
  const groups = await page.evaluate(() => window.studio.compared);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as a page" }).click()]);
  return { empty, groups, page: fs.readFileSync(await file.path(), "utf8").slice(0, 200) };
});

await part("measured", async () => {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.waitForFunction(() => document.documentElement.dataset.offline === "ready");
  await view("ask");
  await settled();
  const link = page.url();
  const firsts = [];
  for (let time = 0; time < (everything ? 3 : 1); time++) {
    await page.goto("about:blank");
    const began = Date.now();
    await page.goto(link);
    await page.waitForSelector(".banner");
    firsts.push(Date.now() - began);
  }
  seen.figures["first verdict on a later visit, ms"] = median(firsts);
  const taken = [];
  for (let time = 0; time < (everything ? 11 : 3); time++) {
    await page.evaluate(() => { window.studio.shown = null; });
    await fact("model.purpose").getByLabel(["predict", "generate"][time % 2], { exact: true }).check();
    await page.waitForFunction(() => window.studio.shown);
    taken.push(await page.evaluate(() => window.studio.shown.ms));
  }
  seen.figures["answer to verdict, ms (median)"] = Math.round(median(taken));
  await view("read");
  await page.waitForSelector(".clause");
  await page.getByRole("button", { name: "Edit a copy" }).click();
  await page.waitForSelector(".runs");
  const typed = [];
  await page.evaluate(() => { window.studio.editor.go(window.studio.editor.text().indexOf("is read widely")); });
  for (let time = 0; time < (everything ? 11 : 3); time++) {
    await page.evaluate(() => { window.studio.checked = null; });
    await page.keyboard.type("a");
    await page.waitForFunction(() => window.studio.checked);
    typed.push(await page.evaluate(() => window.studio.checked.ms));
  }
  seen.figures["key to all 35 scenarios, ms (median)"] = Math.round(median(typed));
  seen.figures["link with that text, characters"] = (await page.evaluate(() => location.hash.length));
  seen.figures["memory of the engine, MiB"] = Math.round((await page.evaluate(() => window.studio.seen.heap)) / 2 ** 20);
  seen.figures["memory of the page, MiB"] = Math.round((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 2 ** 20);
  return true;
});

await part("records", async () => {
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector(".clause");
  await page.locator(".shelf li button", { hasText: "GitHub" }).click();
  await page.waitForFunction(() => document.querySelector("h1")?.innerText.startsWith("GitHub"));
  await view("ask");
  await settled();
  const row = fact("publications");
  await row.getByRole("button", { name: "Add one" }).click();
  await settled();
  await row.getByLabel("No", { exact: true }).check();
  await settled();
  const made = { answer: await page.evaluate(() => window.studio.state.use.answers.publications), wrong: (await texts(".wrong")).filter(Boolean) };
  await row.getByRole("button", { name: "Take it away" }).click();
  await settled();
  made.after = await page.evaluate(() => Object.keys(window.studio.state.use.answers));
  await row.getByRole("button", { name: "There are none" }).click();
  await settled();
  made.none = await page.evaluate(() => window.studio.state.use.answers.publications);
  return made;
});

await part("stop", async () => {
  const asked = page.evaluate(() => window.studio.ask("compare", { source: window.studio.state.doc, use: { answers: { activities: ["train"] } }, ids: ["openai.business_terms", "aws.service_terms"] }).then(() => "answered", (error) => error.message));
  await page.evaluate(() => document.getElementById("stop").click());
  const told = await asked;
  await page.reload();
  await page.waitForSelector(".banner");
  return { told, after: await banner() };
});

await part("solver", async () => {
  const text = (condition) => `vocabulary v\n\nfact paid: number\nfact due: number\n\n\npolicy p\n    default permit\n\nuse v\n\nforbid late\n    when ${condition}\n`;
  const asked = () => page.evaluate(([one, other]) => window.studio.ask("change", { old: { text: one }, new: { text: other }, names: ["a", "b"] }), [text("paid < due"), text("not paid >= due")]);
  const before = fetched.filter((each) => each.endsWith("/solver.bin")).length;
  const began = Date.now();
  const found = await asked();
  seen.figures["first proof by z3, ms"] = Date.now() - began;
  const again = Date.now();
  await asked();
  seen.figures["a proof by z3, ms"] = Date.now() - again;
  return { before, equal: found.equal, proved: found.proved, unsettled: found.unsettled };
});

await part("offline", async () => {
  await context.setOffline(true);
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector(".clause");
  await view("ask");
  await settled();
  const found = await banner();
  await context.setOffline(false);
  return found;
});

await part("scenarios", async () => {
  const source = { id: "openai.business_terms", version: "2023-11-14", recorded: "2024-01-10" };
  return page.evaluate(async (source) => {
    const { ask } = window.studio;
    const made = {};
    for (const { title } of await ask("scenarios", { source })) {
      const use = await ask("scenario", { source, title });
      made[title] = (await ask("ask", { source, use })).decision;
    }
    return made;
  }, source);
});

await part("everything", async () => {
  if (!everything) return null;
  return page.evaluate(async () => {
    const { ask } = window.studio;
    const made = {};
    for (const { id, versions } of await ask("library")) {
      for (const { version, recorded } of versions) {
        const source = { id, version, recorded };
        const key = [id, version, recorded].join(" ");
        made[key] = {};
        for (const { title } of await ask("scenarios", { source })) {
          const use = await ask("scenario", { source, title });
          made[key][title] = (await ask("ask", { source, use })).decision;
        }
      }
    }
    return made;
  });
});

await browser.close();
process.stdout.write(JSON.stringify(seen));
