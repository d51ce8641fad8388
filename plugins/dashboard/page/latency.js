// How long operations take on each backend, in this window: a bar from the median to the 99th percentile, on a logarithmic
// axis. The rows that cost most time in all come first.

import {Card, style} from "/assets/card.js";
import {colour, seconds} from "/assets/format.js";
import {quantile} from "/assets/store.js";

const most_rows = 14;

export class Latency extends Card {
  constructor(section, store) { super(section, "latency", "Latency by operation and backend"); this.store = store; }

  rows() {
    const groups = new Map();
    for (const event of this.store.recent()) {
      if (event.kind !== "call" || !(event.actual_s > 0)) continue;
      const key = event.op + " " + event.backend;
      if (!groups.has(key)) groups.set(key, {op: event.op, backend: event.backend, times: [], total: 0});
      const group = groups.get(key);
      group.times.push(event.actual_s);
      group.total += event.actual_s;
    }
    return [...groups.values()].sort((a, b) => b.total - a.total).map((group) =>
      ({...group, p50: quantile(group.times, 0.5), p90: quantile(group.times, 0.9), p99: quantile(group.times, 0.99), max: quantile(group.times, 1)}));
  }

  update() {
    const all = this.rows();
    if (!all.length) return this.empty("No calls in this window.");
    if (this.tabled) return this.show_table("Latency in this window, most time in all first",
      [{title: "operation"}, {title: "backend"}, ...["calls", "p50", "p90", "p99", "max"].map((title) => ({title, number: true}))],
      all.map((r) => [r.op, r.backend, r.times.length, ...[r.p50, r.p90, r.p99, r.max].map(seconds)]));
    // One operation's rows stand together, in the order of the operations' costs.
    const order = [...new Set(all.map((r) => r.op))];
    const rows = all.slice(0, most_rows).sort((a, b) => order.indexOf(a.op) - order.indexOf(b.op) || a.p50 - b.p50);
    this.show_legend([...new Set(rows.map((r) => r.backend))].sort().map((name) => [name, colour(name)]));
    const {ctx, width, height, em} = this.draw("Median and 99th percentile of the latency by operation and backend", this.body.clientHeight);
    const left = 54 * em, right = width - 62 * em, bottom = height - 24 * em, step = Math.min(30 * em, bottom / rows.length);
    const low = Math.floor(Math.log10(Math.min(...rows.map((r) => r.p50)))), high = Math.ceil(Math.log10(Math.max(...rows.map((r) => r.p99))));
    const x = (time) => left + (right - left) * (Math.log10(time) - low) / Math.max(1, high - low);
    ctx.textAlign = "center";
    const stride = Math.ceil(52 * em * Math.max(1, high - low) / (right - left));
    for (let decade = low; decade <= high; decade += stride) {
      ctx.fillStyle = style("--grid");
      ctx.fillRect(x(10 ** decade), 0, 1, bottom);
      ctx.fillStyle = style("--soft");
      ctx.fillText(seconds(10 ** decade), x(10 ** decade), bottom + 13 * em);
    }
    rows.forEach((row, i) => {
      const y = (i + 0.5) * step;
      if (i === 0 || rows[i - 1].op !== row.op) {
        ctx.textAlign = "right";
        ctx.fillStyle = style("--ink");
        ctx.fillText(row.op, left - 8 * em, y);
        ctx.fillStyle = style("--grid");
        if (i) ctx.fillRect(0, i * step, width, 1);
      }
      ctx.strokeStyle = ctx.fillStyle = colour(row.backend);
      ctx.lineCap = "round";
      ctx.lineWidth = Math.min(5 * em, step * 0.4);
      ctx.globalAlpha = 0.45;
      ctx.beginPath(); ctx.moveTo(x(row.p50), y); ctx.lineTo(x(row.p99), y); ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.beginPath(); ctx.arc(x(row.p50), y, Math.min(4.5 * em, step * 0.35), 0, 7); ctx.fill();
      ctx.textAlign = "left";
      ctx.fillStyle = style("--soft");
      ctx.fillText(seconds(row.p50), x(row.p99) + 8 * em, y);
    });
  }
}
