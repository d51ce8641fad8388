// The page as a person meets it, in headless Chromium, over the real library under its demonstration load: loads clean, shows
// what happens within a quarter of a second, pauses, filters, changes theme, exports, turns charts into tables, works by
// keyboard, and has no accessibility violation; then the page of a recording, and of a process in trouble.
//
// usage: node dashboard_page_test.mjs LAPACK_AI DEMO_SERVER NODE_MODULES CHROMIUM SCREENSHOT_FOLDER

import assert from "node:assert/strict";
import {spawn} from "node:child_process";
import {mkdir, readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import readline from "node:readline";

const [program, demo_server, modules, chromium_path, screenshots] = process.argv.slice(2);
const require = createRequire(modules + "/");
const {chromium} = require("playwright-core");
const axe = await readFile(modules + "/axe-core/axe.min.js", "utf8");
const largest_page = 80 * 1024, slowest_pixel_ms = 250;

let passed = 0;
const step = async (name, work) => { await work(); passed += 1; console.log("ok - " + name); };
const children = [];

// Starts a server and gives {child, url} from its first line.
async function serve(command, ...words) {
  const child = spawn(command, words, {stdio: ["pipe", "pipe", "inherit"]});
  children.push(child);
  const {value} = await readline.createInterface({input: child.stdout})[Symbol.asyncIterator]().next();
  return {child, url: value.startsWith("{") ? JSON.parse(value).url : value};
}

const browser = await chromium.launch({executablePath: chromium_path, args: ["--no-sandbox", "--disable-gpu",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]});

// A page that remembers what must not happen.
async function open(url) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, acceptDownloads: true, bypassCSP: false});
  const page = await context.newPage();
  page.errors = [];
  page.foreign = [];
  page.transferred = 0;
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.errors.push(message.text()); });
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("request", (request) => { if (!request.url().startsWith(url) && !request.url().startsWith("data:")) page.foreign.push(request.url()); });
  page.on("response", (response) => {
    if (/\/(assets\/.*)?$/.test(new URL(response.url()).pathname)) page.transferred += Number(response.headers()["content-length"] || 0);
  });
  await page.goto(url);
  return page;
}

const live = (page) => page.waitForFunction(() => document.getElementById("connection").dataset.state === "open");
const rows = (page, more_than) => page.waitForFunction((n) => document.querySelectorAll("#decisions tbody tr").length > n, more_than);

async function no_violation(page) {
  await page.evaluate(axe);  // through the debugger, so the page's own policy stays as strict as it is
  const result = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(result.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" ")), []);
}

try {
  const {child: server, url} = await serve(program, "dashboard", "--port", "0", "--json");
  const page = await open(url);

  await step("loads with live data", async () => {
    await live(page);
    await page.waitForFunction(() => document.querySelectorAll(".plot canvas").length === 4);
    await rows(page, 50);
    await page.waitForFunction(() => /\d/.test(document.getElementById("ops").textContent));
    await page.waitForFunction(() => /of \d+ closed/.test(document.getElementById("breakers").textContent));
    await page.waitForFunction(() => document.getElementById("devices").textContent.includes("cpu_lapack"));
    assert.match(await page.textContent("#process"), new RegExp(`lapack-ai ${server.pid} on `));
    console.log(`# the page is ${page.transferred} bytes compressed`);
    assert.ok(page.transferred > 0 && page.transferred <= largest_page, `page is ${page.transferred} bytes compressed, limit ${largest_page}`);
  });

  await step(`an operation reaches the screen within ${slowest_pixel_ms} ms (p95)`, async () => {
    // The first frame in which each decision's row is there, against the end of its call on the same system clock.
    const seen = await page.evaluate(() => new Promise((resolve) => {
      const first = new Map(), begin = performance.now();
      for (const button of document.querySelectorAll("#decisions tbody button")) first.set(button.getAttribute("aria-label"), 0);
      const look = () => {
        for (const button of document.querySelectorAll("#decisions tbody button")) {
          const label = button.getAttribute("aria-label");
          if (!first.has(label)) first.set(label, Date.now());
        }
        if (performance.now() - begin < 5000) requestAnimationFrame(look);
        else resolve([...first].filter(([, at]) => at).map(([label, at]) => [Number(label.match(/\d+/)[0]), at]));
      };
      requestAnimationFrame(look);
    }));
    const events = (await (await fetch(url + "api/v1/export.json")).json()).events;
    const ended = new Map(events.map((event) => [event.sequence, event.wall_ns / 1e6]));
    const delays = seen.filter(([sequence]) => ended.has(sequence)).map(([sequence, at]) => at - ended.get(sequence)).sort((a, b) => a - b);
    assert.ok(delays.length >= 50, `${delays.length} decisions were seen to appear`);
    const at = (q) => Math.round(delays[Math.floor(q * (delays.length - 1))]);
    console.log(`# operation end to pixel, ${delays.length} operations: median ${at(0.5)} ms, p95 ${at(0.95)} ms`);
    assert.ok(at(0.95) <= slowest_pixel_ms, `p95 is ${at(0.95)} ms, limit ${slowest_pixel_ms}`);
  });

  await step("pauses and resumes by key", async () => {
    await page.locator("body").click({position: {x: 2, y: 400}});
    await page.keyboard.press("Space");
    assert.equal(await page.getAttribute("#pause", "aria-pressed"), "true");
    await page.waitForTimeout(250);  // the paint that was already under way
    const before = await page.textContent("#decisions tbody");
    await page.waitForTimeout(600);
    assert.ok((await page.textContent("#decisions tbody")) === before, "the decisions moved while paused");
    await page.keyboard.press("Space");
    await page.waitForFunction((old) => document.querySelector("#decisions tbody").textContent !== old, before);
  });

  await step("filters decisions", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("cpu_reference gesvd");
    await page.waitForFunction(() => {
      const all = [...document.querySelectorAll("#decisions tbody tr")];
      return all.length > 0 && all.every((row) => row.textContent.includes("cpu_reference") && row.textContent.includes("gesvd"));
    });
    await page.fill("#filter", "no such thing");
    await page.waitForFunction(() => document.getElementById("decisions").textContent.includes("Nothing matches"));
    await page.fill("#filter", "");
  });

  await step("a row opens its candidates and keeps the focus", async () => {
    await page.keyboard.press("Escape");
    await page.click("#pause");
    await page.locator("#decisions tbody button").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector('#decisions button[aria-expanded="true"]') === document.activeElement);
    await page.waitForFunction(() => /cpu_lapack/.test((document.querySelector("#decisions tr.detail table") || {}).textContent));
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => !document.querySelector("#decisions tr.detail"));
    await page.click("#pause");
  });

  await step("each chart turns into a table, by mouse and by key", async () => {
    for (const [i, name] of ["crossover", "throughput", "latency", "timeline"].entries()) {
      const card = page.locator(`[data-chart="${name}"]`);
      await card.locator("[data-table]").click();
      await card.locator("tbody tr").first().waitFor();
      await page.keyboard.press(String(i + 1));
      await card.locator("canvas").waitFor();
    }
  });

  await step("everything can be reached by the tab key", async () => {
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    const reached = new Set();
    for (let i = 0; i < 300 && reached.size < 12; i += 1) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => {
        const node = document.activeElement;
        return node.id || (node.dataset.table && "table " + node.dataset.table) || (node.closest("nav") && node.textContent) || "";
      }));
      reached.delete("");
    }
    for (const name of ["pause", "window", "theme", "CSV", "JSON", "Trace", "table crossover", "table throughput", "table latency", "table timeline", "filter"])
      assert.ok(reached.has(name), `${name} was not reached, only ${[...reached].join(", ")}`);
  });

  await step("exports", async () => {
    for (const [name, start] of [["CSV", "sequence,"], ["JSON", "{"], ["Trace", "{"]]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`nav >> text="${name}"`)]);
      const text = await readFile(await download.path(), "utf8");
      assert.ok(text.startsWith(start), `${name} begins with ${text.slice(0, 20)}`);
    }
  });

  await mkdir(screenshots, {recursive: true});
  for (const theme of ["light", "dark"])
    await step(`axe finds nothing in the ${theme} theme`, async () => {
      await page.selectOption("#theme", theme);
      await page.waitForTimeout(300);
      await no_violation(page);
    });
  for (const [width, height] of [[360, 740], [1280, 900], [3840, 2160]])
    await step(`fits ${width} px`, async () => {
      for (const theme of ["light", "dark"]) {
        await page.setViewportSize({width, height});
        await page.selectOption("#theme", theme);
        await page.evaluate(() => scrollTo(0, 0));
        await page.waitForTimeout(500);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
        await page.screenshot({path: `${screenshots}/dashboard_${width}_${theme}.png`, fullPage: true});
      }
    });

  const recording = screenshots + "/recording.json";
  await step("shows a recording, all of it and standing still", async () => {
    const {writeFile} = await import("node:fs/promises");
    const text = await (await fetch(url + "api/v1/export.json")).text();
    await writeFile(recording, text);
    const {child, url: other} = await serve(program, "dashboard", "--port", "0", "--json", "--open", recording);
    const shown = await open(other);
    await shown.waitForFunction(() => document.getElementById("connection").dataset.state === "recorded");
    await rows(shown, 50);
    await shown.waitForFunction(() => document.querySelectorAll(".plot canvas").length === 4);
    assert.match(await shown.textContent("#process"), new RegExp(`lapack-ai ${server.pid} on .*recorded`));
    assert.ok(await shown.isDisabled("#pause"));
    // A long recording comes in several frames.
    const newest = JSON.parse(text).events.at(-1).sequence;
    await shown.locator("#decisions tbody button").first().and(shown.getByLabel("Candidates of call " + newest, {exact: true})).waitFor();
    await shown.waitForTimeout(400);
    const before = await shown.textContent("#decisions tbody");
    await shown.waitForTimeout(600);
    assert.equal(await shown.textContent("#decisions tbody"), before);
    await no_violation(shown);
    await shown.screenshot({path: `${screenshots}/dashboard_recording.png`, fullPage: true});
    assert.deepEqual([shown.errors, shown.foreign], [[], []]);
    child.kill();
    await shown.context().close();
  });

  await step("no external request, no console or policy error", async () => {
    assert.deepEqual(page.foreign, []);
    assert.deepEqual(page.errors, []);
  });

  await step("says so when the process ends", async () => {
    server.kill("SIGTERM");
    await page.waitForFunction(() => document.getElementById("connection").dataset.state === "lost");
    await page.context().close();
  });

  await step("shows trouble: an open breaker, calls in flight, a full pool", async () => {
    const {child, url: other} = await serve(demo_server);
    const troubled = await open(other);
    await live(troubled);
    await rows(troubled, 5);
    await troubled.waitForFunction(() => /OPEN/.test(document.getElementById("breakers").textContent));
    assert.equal(await troubled.textContent("#open-breakers"), "1");
    await troubled.waitForFunction(() => /768 KiB in use/.test(document.getElementById("devices").textContent));
    await troubled.locator('[data-table="timeline"]').click();
    await troubled.waitForFunction(() => /running/.test(document.querySelector('[data-chart="timeline"] table').textContent));
    await no_violation(troubled);
    assert.deepEqual([troubled.errors, troubled.foreign], [[], []]);
    await troubled.evaluate(() => scrollTo(0, 0));
    await troubled.screenshot({path: `${screenshots}/dashboard_trouble.png`, fullPage: true});
    child.stdin.end();
  });
  console.log(`${passed} passed, 0 failed`);
} finally {
  await browser.close();
  for (const child of children) child.kill();
}
