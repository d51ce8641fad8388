// The charts: uPlot for the three with axes, a canvas for the lanes. Each has the same numbers as a table beside it.

import uPlot from "/assets/uPlot.esm.js";
import {element, note, table} from "/assets/dom.js";
import {colour, count, seconds, shape, short} from "/assets/format.js";
import {quantile} from "/assets/store.js";

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A card with heading, legend, plot and table; `draw(width, height)` gives {options, data, legend} for uPlot or null with a
// reason, `rows()` the table.
class Card {
  constructor(section, name, title) {
    this.section = section;
    this.tabled = false;
    this.legend = element("ul", {class: "legend"});
    this.body = element("div", {class: "plot"});
    this.button = element("button", {type: "button", "aria-pressed": "false", class: "spread", "data-table": name,
      onclick: () => this.toggle()}, "Table");
    section.append(element("div", {class: "head"}, element("h2", {id: "h-" + name}, title), this.legend, this.button), this.body);
  }

  toggle() {
    this.tabled = !this.tabled;
    this.button.setAttribute("aria-pressed", String(this.tabled));
    this.clear();
    this.update();
  }

  clear() { if (this.plot) this.plot.destroy(); this.plot = null; this.key = null; this.body.replaceChildren(); }

  show_legend(entries) {
    const key = entries.map((entry) => entry.join()).join(";");
    if (key === this.legend_key) return;
    this.legend_key = key;
    this.legend.replaceChildren(...entries.map(([name, tone, dashed]) =>
      element("li", {class: dashed ? "dashed" : "", colour: tone}, name)));
  }

  empty(reason) { this.clear(); this.show_legend([]); this.body.append(note(reason)); }

  show_table(caption, columns, rows) {
    this.body.replaceChildren(element("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": caption}, table(caption, columns, rows)));
  }

  // Makes the plot anew only when its series or size changed.
  show(options, data, legend) {
    const width = this.body.clientWidth, height = Math.max(240, Math.round(Math.min(width * 0.42, innerHeight * 0.45)));
    const key = [width, height, style("--ink"), ...options.series.map((s) => s.label + s.dash)].join();
    this.show_legend(legend);
    if (this.plot && key === this.key) { this.plot.setData(data); return; }
    this.clear();
    this.key = key;
    const axis = {stroke: style("--soft"), grid: {stroke: style("--grid"), width: 1}, ticks: {stroke: style("--line"), width: 1}};
    this.plot = new uPlot({...options, width, height, legend: {show: false}, cursor: {y: false},
      axes: options.axes.map((one) => ({...axis, ...one}))}, data, this.body);
    this.plot.root.setAttribute("role", "img");
    this.plot.root.setAttribute("aria-label", options.label + "; the table button gives the numbers");
  }
}

export class Throughput extends Card {
  constructor(section, store) { super(section, "throughput", "Throughput by backend"); this.store = store; }

  update() {
    const {t, backends} = this.store.throughput();
    if (!t.length) return this.empty("No calls yet. Every operation of this process shows up here as it ends.");
    const names = [...backends.keys()].sort();
    if (this.tabled) return this.show_table("Operations a second, latest first",
      [{title: "seconds ago", number: true}, ...names.map((n) => ({title: n, number: true}))],
      t.map((time, i) => [short(this.store.now() - time), ...names.map((n) => count(backends.get(n).ops[i]))]).reverse());
    this.show({label: "Operations a second by backend over time", scales: {x: {time: false}},
      series: [{}, ...names.map((n) => ({label: n, stroke: colour(n), width: 2}))],
      axes: [{values: (_, ticks) => ticks.map((v) => short(v))}, {values: (_, ticks) => ticks.map(count), size: 60}]},
    [t.map((time) => time - this.store.now()), ...names.map((n) => backends.get(n).ops)], names.map((n) => [n, colour(n)]));
  }
}

export class Latency extends Card {
  constructor(section, store) { super(section, "latency", "Latency by operation and backend"); this.store = store; }

  update() {
    const groups = new Map();
    for (const event of this.store.recent()) {
      if (event.kind !== "call") continue;
      const key = event.dtype + event.op + " · " + event.backend;
      if (!groups.has(key)) groups.set(key, {backend: event.backend, points: []});
      groups.get(key).points.push([event.end_s, event.actual_s]);
    }
    if (!groups.size) return this.empty("No calls in this window.");
    const names = [...groups.keys()].sort();
    if (this.tabled) return this.show_table("Latency in this window",
      [{title: "operation"}, ...["calls", "p50", "p90", "p99", "max"].map((title) => ({title, number: true}))],
      names.map((name) => {
        const values = groups.get(name).points.map((point) => point[1]);
        return [name, values.length, ...[0.5, 0.9, 0.99, 1].map((q) => seconds(quantile(values, q)))];
      }));
    const bins = 60, from = this.store.now() - this.store.window_s, step = this.store.window_s / bins;
    const data = [Array.from({length: bins}, (_, i) => (i + 0.5) * step - this.store.window_s)];
    for (const name of names) {
      const cells = Array.from({length: bins}, () => []);
      for (const [end, value] of groups.get(name).points) {
        const bin = Math.floor((end - from) / step);
        if (bin >= 0 && bin < bins) cells[bin].push(value);
      }
      data.push(cells.map((cell) => (cell.length ? quantile(cell, 0.5) : null)));
    }
    this.show({label: "Median latency by operation and backend over time", scales: {x: {time: false}, y: {distr: 3}},
      series: [{}, ...names.map((n) => ({label: n, stroke: colour(n), width: 2, spanGaps: true, points: {show: true, size: 4}}))],
      axes: [{values: (_, ticks) => ticks.map((v) => short(v))}, {values: (_, ticks) => ticks.map((v) => (v === null ? "" : seconds(v))), size: 70}]},
    data, names.map((n) => [n, colour(n)]));
  }
}

// GFLOP/s against work, log-log: measured points, predicted lines, and where the choice changes.
export class Crossover extends Card {
  constructor(section, store) {
    super(section, "crossover", "GFLOP/s against size: measured, predicted, crossover");
    this.store = store;
    this.picker = element("select", {"aria-label": "Operation", onchange: () => { this.clear(); this.update(); }});
    this.button.before(this.picker);
  }

  update() {
    const ops = (this.store.documents.crossover || {}).ops || [];
    const labels = ops.map((one) => one.dtype + one.op);
    if (labels.join() !== this.labels) {
      const chosen = this.picker.value;
      this.labels = labels.join();
      this.picker.replaceChildren(...labels.map((label) => element("option", {value: label, selected: label === chosen}, label)));
    }
    const one = ops[Math.max(0, labels.indexOf(this.picker.value))];
    if (!one) return this.empty("No measurements yet. They come from calls of this process and from `lapack-ai calibrate`.");
    const rate = ([flops, time]) => [flops, flops / time / 1e9];
    if (this.tabled) return this.show_table("Measured and predicted rates of " + this.picker.value,
      [{title: "backend"}, {title: "kind"}, {title: "flops", number: true}, {title: "GFLOP/s", number: true}],
      one.backends.flatMap((b) => ["measured", "predicted"].flatMap((kind) => (b[kind] || []).map(rate)
        .map(([flops, value]) => [b.backend, kind, count(flops), short(value)]))));
    const xs = new Set(one.crossovers.map((c) => c.flops));
    const series = [];
    for (const b of one.backends) for (const kind of ["measured", "predicted"]) {
      const points = new Map((b[kind] || []).filter(([f, s]) => f > 0 && s > 0).map(rate));
      if (!points.size) continue;
      for (const x of points.keys()) xs.add(x);
      series.push({name: b.backend, kind, points});
    }
    if (!series.length) return this.empty("No measurements of this operation yet.");
    const x = [...xs].sort((a, b) => a - b);
    const marks = one.crossovers;
    this.show({label: "Rate against size for each backend, with crossovers", marks,
      scales: {x: {time: false, distr: 3}, y: {distr: 3}},
      hooks: {draw: [(plot) => this.mark(plot, this.current_marks)]},
      series: [{}, ...series.map((s) => ({label: s.name + " " + s.kind, stroke: colour(s.name), width: s.kind === "predicted" ? 1.5 : 2,
        dash: s.kind === "predicted" ? [6, 5] : undefined, spanGaps: true, points: {show: s.kind === "measured", size: 6}}))],
      axes: [{label: "floating-point operations", values: (_, t) => t.map((v) => (v === null ? "" : count(v)))},
        {values: (_, t) => t.map((v) => (v === null ? "" : short(v))), size: 60, label: "GFLOP/s"}]},
    [x, ...series.map((s) => x.map((v) => s.points.get(v) ?? null))],
    series.map((s) => [s.name + " " + s.kind, colour(s.name), s.kind === "predicted"]), (this.current_marks = marks));
  }

  mark(plot, marks) {
    const {ctx, bbox} = plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = style("--ink");
    ctx.font = `${12 * devicePixelRatio}px system-ui`;
    for (const {flops, from, to} of marks || []) {
      const x = plot.valToPos(flops, "x", true);
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      const text = `${from} → ${to}`, wide = ctx.measureText(text).width;
      ctx.fillText(text, Math.min(x + 4, bbox.left + bbox.width - wide), bbox.top + 14 * devicePixelRatio);
    }
    ctx.restore();
  }
}

// One lane a thread, a bar a call; what still runs reaches to now.
export class Timeline extends Card {
  constructor(section, store) { super(section, "timeline", "Time line: one lane a thread"); this.store = store; }

  update() {
    const calls = this.store.recent().filter((event) => event.kind === "call");
    const running = (this.store.snapshot && this.store.snapshot.in_flight) || [];
    if (!calls.length && !running.length) return this.empty("No operation in this window.");
    const lanes = [...new Set([...calls, ...running].map((event) => event.thread))].sort((a, b) => a - b);
    const names = [...new Set([...calls, ...running].map((event) => event.backend))].sort();
    if (this.tabled) return this.show_table("Operations in this window, latest first (200)",
      [{title: "thread", number: true}, {title: "operation"}, {title: "size"}, {title: "backend"}, {title: "took", number: true}],
      calls.slice(-200).reverse().map((e) => [e.thread, e.dtype + e.op, shape(e.dims), e.backend, seconds(e.actual_s)]));
    this.show_legend(names.map((name) => [name, colour(name)]));
    if (!this.canvas || !this.canvas.isConnected) {
      this.clear();
      this.canvas = element("canvas", {class: "lanes", role: "img", "aria-label": "Operations over time, one lane a thread; the table button gives the numbers"});
      this.body.append(this.canvas);
    }
    const scale = devicePixelRatio, width = this.canvas.clientWidth * scale, height = this.canvas.clientHeight * scale;
    if (this.canvas.width !== width || this.canvas.height !== height) { this.canvas.width = width; this.canvas.height = height; }
    const ctx = this.canvas.getContext("2d"), left = 60 * scale, lane = height / lanes.length;
    const now = this.store.now(), x = (t) => left + (width - left) * (1 - (now - t) / this.store.window_s);
    ctx.clearRect(0, 0, width, height);
    ctx.font = `${12 * scale}px system-ui`;
    lanes.forEach((thread, i) => {
      ctx.fillStyle = style("--soft");
      ctx.fillText("thread " + thread, 0, (i + 0.5) * lane + 4 * scale);
      ctx.fillStyle = style("--grid");
      ctx.fillRect(left, (i + 1) * lane - 1, width - left, 1);
    });
    const bar = (event, begin, end) => {
      ctx.fillStyle = colour(event.backend);
      const from = Math.max(left, x(begin));
      ctx.fillRect(from, lanes.indexOf(event.thread) * lane + lane * 0.15, Math.max(scale, x(end) - from), lane * 0.7);
    };
    for (const event of calls) bar(event, event.end_s - event.actual_s, event.end_s);
    ctx.globalAlpha = 0.5;
    for (const event of running) bar(event, event.since_ns / 1e9, now);
    ctx.globalAlpha = 1;
  }
}
