// Drives Visual Studio Code (code-server) in headless Chromium, and prints a line for each thing that was seen.
import { createRequire } from "node:module";

const [modules, port, folder, pictures] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
const say = (what, found) => console.log(`${what}: ${found}`);
const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png` });
const press = async (...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

async function goTo(place) {
  await press("Control+g");
  await page.waitForTimeout(400);
  await page.keyboard.type(place);
  await press("Enter");
  await page.waitForTimeout(600);
}

async function run(title) {
  await press("F1");
  await page.waitForTimeout(600);
  await page.keyboard.type(title);
  await page.waitForTimeout(800);
  await press("Enter");
}

const squiggles = (count) =>
  page.waitForFunction((n) => document.querySelectorAll(".squiggly-error").length === n, count, { timeout: 60000 });
const hover = () => page.locator(".monaco-hover:not(.hidden)").allInnerTexts();

await page.goto(`http://127.0.0.1:${port}/?folder=${folder}`);
await page.waitForSelector(".monaco-workbench .explorer-folders-view", { timeout: 120000 });
await page.getByRole("treeitem", { name: "terms.tos", exact: true }).dblclick();
await page.waitForSelector(".monaco-editor .view-line", { timeout: 60000 });
await page.waitForSelector(".squiggly-error", { timeout: 60000 });
await page.waitForTimeout(1500);
await picture("1-diagnostics");

const wrong = await page.locator(".squiggly-error").first().boundingBox();
await page.mouse.move(wrong.x + wrong.width / 2, wrong.y + wrong.height / 2);
await page.waitForSelector(".monaco-hover:not(.hidden) .hover-contents", { timeout: 20000 });
await page.waitForTimeout(1000);
say("diagnostic", (await hover()).join(" ").replace(/\s+/g, " ").slice(0, 90));

await page.mouse.click(wrong.x + wrong.width / 2, wrong.y + 5);
await press("Control+.");
await page.waitForTimeout(1500);
await picture("2-quick-fix");
await press("Enter");
await squiggles(0);
say("after the quick fix", "no mistake");

await goTo("9:10");
await press("Control+k", "Control+i");
await page.waitForSelector(".monaco-hover:not(.hidden) .hover-contents", { timeout: 20000 });
await page.waitForTimeout(1200);
say("hover", (await hover()).join(" ").replace(/\s+/g, " ").slice(0, 120));
await picture("3-hover");
await press("Escape");

await page.waitForSelector(".codelens-decoration a", { timeout: 20000 });
say("lenses", (await page.locator(".codelens-decoration").allInnerTexts()).map((t) => t.replace(/\s+/g, " ")).join(" / "));
await picture("4-lenses");

await goTo("11:23");
await press("Enter");
await page.keyboard.type("and re");
await press("Control+Space");
await page.waitForSelector(".suggest-widget.visible .monaco-list-row", { timeout: 20000 });
await page.waitForTimeout(1000);
say("completion", (await page.locator(".suggest-widget.visible .monaco-list-row").first().innerText()).split("\n")[0]);
await picture("5-completion");
await press("Escape");
await press("Control+Shift+k");
await squiggles(0);

await goTo("11:11");
await press("F12");
await page.waitForFunction(() => document.title.includes("vocabulary.tos"), undefined, { timeout: 20000 });
say("definition", await page.title());
await page.getByRole("treeitem", { name: "terms.tos", exact: true }).dblclick();
await page.waitForTimeout(1000);

await goTo("11:11");
await press("F2");
await page.waitForFunction(() => document.activeElement?.classList.contains("rename-input"), undefined, {
  timeout: 20000,
});
await page.keyboard.type("bulk"); // the name is selected
await picture("6-rename");
await press("Enter");
await page.waitForTimeout(3000);
const lines = await page.locator(".view-line").allInnerTexts();
say("renamed", lines.map((each) => each.replace(/\u00a0/g, " ")).find((each) => each.includes("bulk is")));

await page.locator(".codelens-decoration a", { hasText: "why?" }).first().click();
await page.waitForTimeout(3000);
await picture("7-why");
await page.getByRole("treeitem", { name: "terms.tos", exact: true }).dblclick();
await page.waitForTimeout(600);
await run("tosdsl: Run the scenarios");
await page.waitForFunction(() => document.body.innerText.replace(/\u00a0/g, " ").includes("2 of 2 hold"), undefined, {
  timeout: 30000,
});
say("run", "2 of 2 hold");
await picture("8-run");

await page.getByRole("treeitem", { name: "other.tos.md" }).dblclick();
await page.waitForSelector(".squiggly-error", { timeout: 30000 });
say("literate", `${await page.locator(".squiggly-error").count()} mistake`);
await picture("9-literate");
await browser.close();
