// Prints, as JSON, what a person finds on the pages of the documentation. Arguments: the server, the path of Chromium.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [server, executablePath, versions] = process.argv.slice(2);
const [newest, oldest] = versions.split(",");
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

async function open(query, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${server}/v1/docs?${query}`);
  await page.waitForSelector(".opblock");
  return page;
}

// Opens the first operation of a method, with the form in which it can be tried.
async function openOperation(page, method) {
  const operation = page.locator(`.opblock-${method}`).first();
  await operation.locator(".opblock-summary-control").click();
  await operation.locator(".responses-table").waitFor();
  await operation.locator(".try-out__btn").click();
  await operation.locator(".btn.execute").waitFor();
  return operation;
}

// Has axe-core read the page of an API: in light colours by all rules, in dark ones by those of colours.
async function examine(api, colorScheme) {
  const page = await open(`api=${api}`, { colorScheme, reducedMotion: "reduce" });
  for (const method of ["get", "post"]) await openOperation(page, method);
  await page.waitForTimeout(1000);
  await page.evaluate(axe);
  const rules = colorScheme === "dark" ? { runOnly: ["color-contrast", "link-in-text-block"] } : {};
  const found = await page.evaluate(
    (only) => axe.run({ resultTypes: ["violations"], preload: false, ...only }), rules);
  const shown = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.context().close();
  const violations = found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, html }) => ({ api, colorScheme, id, impact, target: target.join(" "), html })));
  return { violations, shown, colorScheme, passes: found.passes.map(({ id }) => id) };
}

async function copySample() {
  const page = await open("api=happo");
  const button = page.locator(".sample .copy");
  await button.click();
  await page.waitForFunction(() => document.querySelector(".sample .copy").textContent === "Copied");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  await page.context().close();
  return copied;
}

// Enters a key, follows the link to the other version, and returns what a request there carries.
async function switchVersion() {
  const page = await open(`api=happo&version=${newest}`);
  await page.locator(".btn.authorize").click();
  await page.locator(".modal-ux input").first().fill("a key of this person");
  await page.locator(".modal-ux .btn.authorize").click();
  await page.locator(".modal-ux .btn-done").click();
  await page.locator(".versions a", { hasText: oldest }).click();
  await page.waitForURL(`**version=${oldest}`);
  await page.waitForSelector(".opblock");
  const operation = await openOperation(page, "get");
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.url().includes("/v1/positions")),
    operation.locator(".btn.execute").click(),
  ]);
  const sent = await request.allHeaders();
  await page.context().close();
  return { authorization: sent.authorization, version: sent["x-happo-api-version"] };
}

const pages = [];
for (const api of ["happo", "jobhax"]) {
  for (const scheme of ["light", "dark"]) pages.push(await examine(api, scheme));
}
console.log(JSON.stringify({ pages, copied: await copySample(), switched: await switchVersion() }));
await browser.close();
