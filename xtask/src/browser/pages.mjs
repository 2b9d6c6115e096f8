// Opens pages in a headless browser and says what is wrong with them.
//
// node pages.mjs MODULES CHROMIUM PAGE…: each page at two widths, light and dark. Prints a line for each problem, then
// how many pages were looked at; ends with 1 if there was a problem.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, executablePath, ...pages] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/package.json`));
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

// A phone, and the screen of a desk.
const WIDTHS = [375, 1440];
const SCHEMES = ["light", "dark"];
// The views that axe judges: each scheme and each width once, since it takes longest.
const JUDGED = ["375 light", "1440 dark"];
// Minor and moderate findings are advice; these keep readers out.
const SEVERE = ["serious", "critical"];

const problems = [];
let looked = 0;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
for (const page of pages) {
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      await look(page, width, scheme);
    }
  }
}
await browser.close();
problems.forEach((problem) => console.log(problem));
console.log(`${looked} views of ${pages.length} pages`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function look(file, width, colorScheme) {
  const url = pathToFileURL(file).href;
  const found = new Set();
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && found.add(`console: ${message.text()}`));
  page.on("pageerror", (error) => found.add(`script: ${error.message}`));
  page.on("request", (request) => {
    const asked = request.url();
    if (asked !== url && !asked.startsWith("data:")) found.add(`asks for ${asked}`);
  });
  await page.goto(url);
  // What is folded is read by people, too.
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  const { wide, across } = await page.evaluate(overflow);
  if (wide > width) found.add(`the page is ${wide} pixels wide: ${across.join(", ")}`);
  await page.addScriptTag({ path: axe });
  const violations = JUDGED.includes(`${width} ${colorScheme}`) ? await page.evaluate(judge) : [];
  for (const { id, impact, help, nodes } of violations.filter((one) => SEVERE.includes(one.impact))) {
    found.add(`${impact} ${id} × ${nodes.length}: ${help}: ${nodes[0].html.slice(0, 160)}`);
  }
  found.forEach((problem) => problems.push(`${file}, ${width} px, ${colorScheme}: ${problem}`));
  looked += 1;
  await context.close();
}

// What axe finds. It takes minutes over the thousands of cells of a page, all alike: the first variants are judged, of
// each table the first rows, and of a picture its frame, since its inside is one image to a reader.
async function judge() {
  for (const alike of ["article:nth-of-type(n + 3)", "tbody tr:nth-child(n + 9)", "svg > *"]) {
    document.querySelectorAll(alike).forEach((element) => element.remove());
  }
  // The shadows at the edges of what moves sideways are gradients, on which axe judges no contrast.
  document.querySelectorAll(".wide, .picture").forEach((element) => (element.style.background = "none"));
  const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
  return violations;
}

// How wide the page is, and some of the elements that reach beyond the window and do not scroll by themselves.
function overflow() {
  const wide = document.documentElement.scrollWidth;
  const scrolls = (element) => element.closest(".wide, .picture") !== null;
  const out = [...document.body.querySelectorAll("*")].filter(
    (element) => !scrolls(element) && element.getBoundingClientRect().right > window.innerWidth + 1,
  );
  return { wide, across: out.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)) };
}
