// GFLOP/s against work, log-log, every backend: a dot a measured call, a line through their medians, what the cost model
// predicts dashed, and a mark where the predicted best changes hands.

import {Card, chart_font, style} from "/assets/card.js";
import {element} from "/assets/dom.js";
import {colour, count, short} from "/assets/format.js";
import {quantile} from "/assets/store.js";

const bins_a_decade = 2;
const rate = ([flops, time]) => [flops, flops / time / 1e9];

// Median rate in each bin of equal ratio: Map(flops -> GFLOP/s).
function medians(points) {
  const bins = new Map();
  for (const [flops, value] of points) {
    const bin = Math.floor(Math.log10(flops) * bins_a_decade);
    if (!bins.has(bin)) bins.set(bin, {logs: 0, values: []});
    bins.get(bin).logs += Math.log(flops);
    bins.get(bin).values.push(value);
  }
  return new Map([...bins.values()].map(({logs, values}) => [Math.exp(logs / values.length), quantile(values, 0.5)]));
}

export class Crossover extends Card {
  constructor(section, store) {
    super(section, "crossover", "Rate against size: measured, predicted, crossover");
    this.store = store;
    this.picker = element("select", {"aria-label": "Operation", onchange: () => { this.picked = true; this.clear(); this.update(); }});
    this.button.before(this.picker);
    this.button.classList.remove("spread");
    this.picker.classList.add("spread");
  }

  // The operation that was picked, else the one with most measured points on most backends.
  choose(ops) {
    const labels = ops.map((one) => one.dtype + one.op);
    if (!this.picked || !labels.includes(this.picker.value)) {
      const worth = ops.map((one) => one.backends.filter((b) => b.measured.length).length * 1e6 + one.backends.reduce((sum, b) => sum + b.measured.length, 0));
      const best = labels[worth.indexOf(Math.max(...worth))];
      if (!this.picked && this.settled && labels.includes(this.settled)) this.shown = this.settled;
      else { this.shown = best; if (Math.max(...worth) >= 100) this.settled = best; }
    } else this.shown = this.picker.value;
    if (labels.join() !== this.labels || this.picker.value !== this.shown) {
      this.labels = labels.join();
      this.picker.replaceChildren(...labels.map((label) => element("option", {value: label, selected: label === this.shown}, label)));
    }
    return ops[labels.indexOf(this.shown)];
  }

  update() {
    const ops = (this.store.documents.crossover || {}).ops || [];
    this.picker.hidden = !ops.length;
    if (!ops.length) return this.empty("No measurements yet. They come from calls of this process and from `lapack-ai calibrate`.");
    const one = this.choose(ops);
    if (this.tabled) return this.show_table("Measured and predicted rates of " + this.shown,
      [{title: "backend"}, {title: "kind"}, {title: "operations", number: true}, {title: "GFLOP/s", number: true}],
      [...one.crossovers.map((c) => [`${c.from} → ${c.to}`, "crossover", count(c.flops), ""]), ...one.backends.flatMap((b) => ["measured", "predicted"].flatMap((kind) => b[kind].map(rate).sort((p, q) => p[0] - q[0])
        .map(([flops, value]) => [b.backend, kind, count(flops), short(value)])))]);
    const xs = new Set(), series = [], backends = [];
    const add = (name, kind, points) => {
      if (!points.size) return;
      for (const x of points.keys()) xs.add(x);
      if (!backends.includes(name)) backends.push(name);
      series.push({name, kind, points});
    };
    for (const b of one.backends) {
      const measured = b.measured.filter(([f, s]) => f > 0 && s > 0).map(rate);
      add(b.backend, "dots", new Map(measured));
      add(b.backend, "medians", medians(measured));
      add(b.backend, "predicted", new Map(b.predicted.filter(([f, s]) => f > 0 && s > 0).map(rate)));
    }
    if (!series.length) return this.empty("No measurements of this operation yet.");
    const looks = {
      dots: (tone) => ({stroke: tone + "00", paths: () => null, points: {show: true, size: 4, width: 0, stroke: tone + "00", fill: tone + "73"}}),
      medians: (tone) => ({stroke: tone, width: 2.5, spanGaps: true, points: {show: false}}),
      predicted: (tone) => ({stroke: tone, width: 1.5, dash: [5, 5], spanGaps: true, points: {show: false}}),
    };
    // Dots far off, such as calls that had to build a kernel first, must not squeeze the curves.
    const rates = series.filter((s) => s.kind !== "dots").flatMap((s) => [...s.points.values()]);
    this.range = [10 ** Math.floor(Math.log10(Math.min(...rates) / 2)), 10 ** Math.ceil(Math.log10(Math.max(...rates) * 1.5))];
    this.marks = one.crossovers;
    const x = [...xs].sort((a, b) => a - b);
    this.show({label: "Rate against size for each backend, with crossovers", scales: {x: {time: false, distr: 3}, y: {distr: 3, range: () => this.range}},
      hooks: {draw: [(plot) => this.mark(plot)]},
      series: [{}, ...series.map((s) => ({label: s.name + " " + s.kind, ...looks[s.kind](colour(s.name))}))],
      axes: [{label: "floating-point operations of one call", values: (_, t) => t.map((v) => (v && Number.isInteger(Math.log10(v)) ? count(v) : ""))},
        {label: "GFLOP/s", values: (_, t) => t.map((v) => (v && Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9 ? short(v) : ""))}]},
    [x, ...series.map((s) => x.map((v) => s.points.get(v) ?? null))],
    [...backends.map((name) => [name, colour(name)]), ["measured call", style("--soft"), "dot"], ["median", style("--soft")], ["predicted", style("--soft"), "dashed"]]);
  }

  // Lines where the predicted best changes hands, each with its own line of text.
  mark(plot) {
    const {ctx, bbox} = plot, scale = devicePixelRatio, size = parseFloat(chart_font());
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = style("--ink");
    ctx.font = chart_font().replace(/^[\d.]+/, String(size * scale));
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const roomy = bbox.width / scale > 28 * size;  // else the table has the names
    this.marks.forEach(({flops, from, to}, i) => {
      const x = plot.valToPos(flops, "x", true), y = bbox.top + (i + 0.8) * size * 1.5 * scale;
      if (!(x >= bbox.left && x <= bbox.left + bbox.width)) return;
      ctx.setLineDash([2 * scale, 3 * scale]);
      ctx.lineWidth = scale;
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      if (!roomy) return;
      const text = `${from} → ${to}`, wide = ctx.measureText(text).width, fits = x + wide + 8 * scale < bbox.left + bbox.width;
      const at = fits ? x + 6 * scale : Math.max(bbox.left, x - wide - 6 * scale);
      ctx.fillStyle = style("--card");
      ctx.globalAlpha = 0.8;
      ctx.fillRect(at - 2 * scale, y - size * 0.7 * scale, wide + 4 * scale, size * 1.4 * scale);
      ctx.globalAlpha = 1;
      ctx.fillStyle = style("--ink");
      ctx.fillText(text, at, y);
    });
    ctx.restore();
  }
}
