// Opens every example of the site in the studio, as somebody would who follows *Try it*, and prints what it shows.
//   node drive.mjs ADDRESS FOLDER CHROMIUM EXAMPLES [PICTURES]
// FOLDER has playwright-core and axe-core; EXAMPLES is a file: a list of {page, fragment, view, lint}.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [address, folder, chromium_, listed, pictures] = process.argv.slice(2);
const require = createRequire(path.join(folder, "package.json"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const examples = JSON.parse(fs.readFileSync(listed, "utf8"));

const browser = await chromium.launch({ executablePath: chromium_, args: ["--no-sandbox"] });
const seen = { shown: [], missing: [], errors: [], outside: [], wide: {}, axe: {}, search: [] };
async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => seen.errors.push(`${page.url().slice(0, 120)}: ${error}`));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(`${page.url().slice(0, 120)}: ${message.text()}`));
  context.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) seen.outside.push(request.url());
  });
  return page;
}

// --- the pages: they fit, can be read by everybody, and can be searched ---------------------------------
const PAGES = ["", "book/", "book/language/clauses/", "book/codes/TOS2010/", "book/cookbook/", "library/", "library/openai/", "library/openai/openai.terms_of_use/", "library/openai/openai.terms_of_use/changes/", "python/", "python/policies/", "python/decisions/"];
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"], rules: { "scrollable-region-focusable": { enabled: false } } };
for (const colorScheme of ["light", "dark"]) {
  const page = await open({ colorScheme });
  for (const each of PAGES) {
    await page.goto(address + each);
    if (pictures) await page.screenshot({ path: path.join(pictures, `${each.replaceAll("/", "_") || "home"}-${colorScheme}.png`) });
    await page.evaluate(axe);
    const found = await page.evaluate((rules) => window.axe.run("article", rules), RULES);
    if (found.violations.length) seen.axe[`${each} ${colorScheme}`] = found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
  }
  await page.setViewportSize({ width: 400, height: 800 });
  for (const each of PAGES) {
    await page.goto(address + each);
    seen.wide[each] = await page.evaluate(() => document.documentElement.scrollWidth);
    if (pictures && colorScheme === "light") await page.screenshot({ path: path.join(pictures, `${each.replaceAll("/", "_") || "home"}-400.png`) });
  }
  await page.context().close();
}
{
  const page = await open({});
  await page.goto(address);
  // Before the page's script runs, keys go to nobody; or to what else they are for.
  for (let tries = 0; tries < 20 && !(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.tagName === "INPUT")); tries++) {
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(500);
  }
  await page.keyboard.type("fine tuning", { delay: 20 });
  const results = page.locator("a[href*='openai.business_terms'], a[href*='book/']").filter({ hasText: /tun/i });
  await results.first().waitFor();
  seen.search = await results.evaluateAll((several) => several.slice(0, 5).map((each) => each.href));
  if (pictures) await page.screenshot({ path: path.join(pictures, "search.png") });
  await page.context().close();
}

// --- the examples: each link of each page, in one studio ---------------------------------------------------
const site = await open({}), studio = await open({});
let at = null, links = new Set();
for (const example of examples) {
  if (example.page !== at) {
    await site.goto(address + example.page);
    links = new Set(await site.$$eval("a.try", (several) => several.map((each) => each.href)));
    at = example.page;
  }
  const link = `${address}studio/${example.fragment}`;
  if (!links.has(link)) seen.missing.push(`${example.page} ${example.fragment}`);
  try {
    seen.shown.push(await shown(example, link));
  } catch (error) {
    seen.shown.push({ failed: String(error).slice(0, 400) });
  }
}

async function shown({ view, lint }, link) {
  await studio.evaluate(() => {
    if (!window.studio) return;
    window.studio.checked = null;
    document.querySelectorAll(".banner, .view-read").forEach((each) => each.remove());
  });
  if (studio.url() === link) await studio.goto("about:blank");
  await studio.goto(link);
  if (view === "write") {
    await studio.waitForFunction(() => window.studio?.checked && !document.querySelector("main[aria-busy]"));
    const codes = await studio.locator(".findings .code-of").allInnerTexts();
    const scenarios = await studio.evaluate(() => window.studio.checked.scenarios.map(([title, held]) => [title, held]));
    const found = { codes, scenarios, lint: [] };
    if (lint) {
      await studio.getByRole("button", { name: "Look it over" }).click();
      await studio.waitForSelector(".findings progress");
      found.lint = await studio.locator(".findings .code-of").allInnerTexts();
    }
    return found;
  }
  if (view === "ask") {
    await studio.waitForSelector("main:not([aria-busy]) .result:not([aria-busy]) .banner .verdict");
    const told = await studio.locator(".banner .verdict").first().innerText();
    return { verdict: told.replace(/^\W+/, "").trim().toLowerCase().replaceAll(" ", "_") };
  }
  await studio.waitForSelector("main:not([aria-busy]) .view-read h1");
  return { clauses: await studio.$$eval(".clause", (several) => several.map((each) => each.id.replace("clause-", ""))) };
}

await browser.close();
process.stdout.write(JSON.stringify(seen));
