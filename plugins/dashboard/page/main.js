// Puts the page together: store, connection, cards, keys. Repaints once a frame at most, and only when data moved.

import {Connection, open_session} from "/assets/connection.js";
import {Crossover} from "/assets/crossover.js";
import {Decisions} from "/assets/decisions.js";
import {byId} from "/assets/dom.js";
import {assign_colours, count, seconds, short} from "/assets/format.js";
import {Latency} from "/assets/latency.js";
import {Breakers, Devices, Plugins} from "/assets/panels.js";
import {Store, quantile} from "/assets/store.js";
import {Throughput} from "/assets/throughput.js";
import {Timeline} from "/assets/timeline.js";

const store = new Store();
const connection = new Connection(store, {
  state(name, text) { const node = byId("connection"); node.dataset.state = name; node.textContent = text; },
  login() { byId("login").hidden = false; byId("token").focus(); },
});
const section = (name) => document.querySelector(`[data-chart="${name}"]`);
const charts = [new Crossover(section("crossover"), store), new Throughput(section("throughput"), store),
  new Latency(section("latency"), store), new Timeline(section("timeline"), store)];
const decisions = new Decisions(store, () => connection.get("decisions"));
const views = [...charts, decisions, new Breakers(store), new Devices(store), new Plugins(store)];

function headline() {
  const calls = store.recent().filter((event) => event.kind === "call" && !event.depth);
  const span = store.recorded ? store.span() : Math.max(1, Math.min(store.window_s, calls.length ? store.now() - calls[0].end_s : store.window_s));
  const times = calls.map((event) => event.actual_s);
  byId("ops").textContent = count(calls.length / span);
  byId("p50").textContent = seconds(quantile(times, 0.5));
  byId("p99").textContent = seconds(quantile(times, 0.99));
  byId("gflops").textContent = short(calls.reduce((sum, event) => sum + event.flops, 0) / span / 1e9);
  byId("fallbacks").textContent = store.snapshot ? count(store.snapshot.fallbacks) : "–";
  const breakers = (store.documents.breakers || {}).breakers;
  byId("open-breakers").textContent = breakers ? breakers.filter((b) => b.state === "OPEN").length : "–";
}

// Which process this is, and whether it is one that has ended.
function identity() {
  const process = store.snapshot && store.snapshot.process;
  if (!process) return;
  const when = store.recorded ? ", recorded " + new Date(store.snapshot.wall_ns / 1e6).toLocaleString() : "";
  byId("process").textContent = `${process.program} ${process.pid} on ${process.host}${when}`;
  for (const id of ["pause", "window"]) byId(id).disabled = store.recorded;
}

function colours() {
  const backends = ((store.documents.plugins || {}).plugins || []).filter((plugin) => (plugin.ops || []).length);
  if (backends.length && assign_colours(backends.map((plugin) => plugin.id))) for (const chart of charts) chart.clear();
}

let painted = 0;
function paint(now) {
  requestAnimationFrame(paint);
  if (now - painted < 90 || (store.paused && !dirty)) return;
  painted = now;
  dirty = false;
  colours();
  headline();
  identity();
  for (const view of views) view.update();
}
let dirty = true;

function pause() {
  if (store.recorded) return;
  store.pause(!store.paused);
  const button = byId("pause");
  button.setAttribute("aria-pressed", String(store.paused));
  button.textContent = store.paused ? "Resume" : "Pause";
  dirty = true;
}

const remembered = {
  get() { try { return localStorage.getItem("theme"); } catch { return null; } },
  set(value) { try { localStorage.setItem("theme", value); } catch { /* private windows keep nothing */ } },
};
function theme(value) {
  document.documentElement.dataset.theme = value;
  byId("theme").value = value;
  remembered.set(value);
  for (const chart of charts) chart.clear();
  dirty = true;
}

byId("pause").addEventListener("click", pause);
byId("window").addEventListener("change", (event) => { store.window_s = Number(event.target.value); dirty = true; });
byId("theme").addEventListener("change", (event) => theme(event.target.value));
byId("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await open_session(byId("token").value)) { byId("login").hidden = true; connection.start(); }
  else byId("login-message").textContent = "That is not the token of this process.";
});
document.addEventListener("keydown", (event) => {
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.tagName !== "BUTTON") { event.preventDefault(); pause(); }
  else if (event.key === "/") { event.preventDefault(); byId("filter").focus(); }
  else if (event.key === "t") theme({auto: "dark", dark: "light", light: "auto"}[document.documentElement.dataset.theme]);
  else if (/^[1-4]$/.test(event.key)) charts[Number(event.key) - 1].toggle();
});
addEventListener("resize", () => { dirty = true; });
document.addEventListener("input", () => { dirty = true; });
document.addEventListener("click", () => { dirty = true; });

theme(remembered.get() || "auto");
requestAnimationFrame(paint);
connection.start();
