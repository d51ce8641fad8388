// One lane a thread, a bar a call, the last seconds; what still runs reaches to now, paler. Nested calls are drawn lower.

import {Card, style} from "/assets/card.js";
import {ago, colour, seconds, shape} from "/assets/format.js";

const longest_s = 5;

export class Timeline extends Card {
  constructor(section, store) { super(section, "timeline", "Time line: one lane a thread"); this.store = store; }

  update() {
    const span = this.store.recorded ? this.store.span() : Math.min(longest_s, this.store.window_s), now = this.store.now();
    const calls = this.store.recent().filter((event) => event.kind === "call" && event.end_s >= now - span);
    const running = this.store.running();
    if (!calls.length && !running.length) return this.empty(`No operation in the last ${seconds(span)}.`);
    const lanes = [...new Set([...calls, ...running].map((event) => event.thread))].sort((a, b) => a - b);
    if (this.tabled) return this.show_table("Operations, what runs now first, then latest first (200)",
      [{title: "thread", number: true}, {title: "operation"}, {title: "size"}, {title: "backend"}, {title: "took", number: true}],
      [...running.map((e) => [e.thread, e.dtype + e.op, shape(e.dims), e.backend, "running"]),
        ...calls.slice(-200).reverse().map((e) => [e.thread, e.dtype + e.op, shape(e.dims), e.backend, seconds(e.actual_s)])]);
    this.show_legend([...[...new Set([...calls, ...running].map((event) => event.backend))].sort().map((name) => [name, colour(name), "block"])]);
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16, lane = Math.max(16 * em, Math.min((innerWidth < 1800 ? 38 : 72) * em, 300 * em / lanes.length));
    const {ctx, width, height} = this.draw("Operations over time, one lane a thread", lanes.length * lane + 24 * em);
    const left = 62 * em, bottom = height - 24 * em, x = (t) => left + (width - left) * (1 - (now - t) / span);
    lanes.forEach((thread, i) => {
      ctx.fillStyle = style("--soft");
      ctx.fillText("thread " + thread, 0, (i + 0.5) * lane);
      ctx.fillStyle = style("--lane");
      ctx.fillRect(left, i * lane + 2, width - left, lane - 4);
    });
    const ticks = width > 700 * em ? 5 : 2;
    for (let i = 0; i <= ticks; i += 1) {
      ctx.textAlign = i === 0 ? "left" : i === ticks ? "right" : "center";
      ctx.fillStyle = style("--soft");
      ctx.fillText(ago(span * (1 - i / ticks)), x(now - span * (1 - i / ticks)), bottom + 13 * em);
    }
    ctx.textAlign = "left";
    const bar = (event, begin, end) => {
      const from = Math.max(left, x(begin)), to = Math.min(width, x(end));
      if (to < left) return;
      const inset = 4 + Math.min(3, event.depth || 0) * lane / 6, top = lanes.indexOf(event.thread) * lane + inset, wide = Math.max(1, to - from);
      ctx.fillStyle = colour(event.backend);
      ctx.fillRect(from, top, wide, lane - inset - 4);
      const label = event.dtype + event.op;
      if (wide > ctx.measureText(label).width + 8 && lane > 18 * em) {
        ctx.fillStyle = "#fff";
        ctx.fillText(label, from + 4, top + (lane - inset - 4) / 2);
      }
    };
    for (const event of calls) bar(event, event.end_s - event.actual_s, event.end_s);
    ctx.globalAlpha = 0.55;
    for (const event of running) bar(event, event.since_ns / 1e9, now);
    ctx.globalAlpha = 1;
  }
}
