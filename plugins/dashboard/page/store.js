// What the page knows: the last snapshot, the events inside the longest window, documents fetched by REST. Views ask;
// only the connection writes.

const longest_window_s = 900;
const most_events = 60000;

export class Store {
  snapshot = null;
  documents = {};
  events = [];            // finished calls and notable events, oldest first
  rates = [];             // one row a snapshot: {t, series: Map(key -> {calls, seconds, flops})}
  missed = 0;
  offset_s = 0;           // host clock of `now` minus the page's clock
  paused = false;
  window_s = 60;

  constructor(clock = () => performance.now() / 1e3) { this.clock = clock; }

  now() { return this.paused ? this.frozen : this.clock() + this.offset_s; }

  pause(on) {
    if (on) this.frozen = this.clock() + this.offset_s;
    this.paused = on;
  }

  heard(time_ns) { if (time_ns) this.offset_s = time_ns / 1e9 - this.clock(); }

  add(frame) {
    this.missed += frame.missed || 0;
    this.heard(frame.time_ns);
    for (const event of frame.events) {
      event.end_s = event.end_ns / 1e9;
      this.events.push(event);
    }
    const oldest = this.clock() + this.offset_s - longest_window_s;
    let drop = Math.max(0, this.events.length - most_events);
    while (drop < this.events.length && this.events[drop].end_s < oldest) drop += 1;
    if (drop) this.events.splice(0, drop);
  }

  snap(data) {
    this.snapshot = data;
    this.heard(data.time_ns);
    const series = new Map();
    for (const row of data.series || []) {
      const key = row.backend;
      const sum = series.get(key) || {calls: 0, seconds: 0, flops: 0};
      series.set(key, {calls: sum.calls + row.calls, seconds: sum.seconds + row.seconds, flops: sum.flops + row.flops});
    }
    this.rates.push({t: data.time_ns / 1e9, series});
    if (this.rates.length > longest_window_s + 1) this.rates.shift();
  }

  // Calls inside the window, oldest first.
  recent() {
    const from = this.now() - this.window_s, to = this.now();
    let low = 0, high = this.events.length;
    while (low < high) { const middle = (low + high) >> 1; if (this.events[middle].end_s < from) low = middle + 1; else high = middle; }
    const list = this.events.slice(low);
    return this.paused ? list.filter((event) => event.end_s <= to) : list;
  }

  // Rates between consecutive snapshots inside the window: {t: [], backends: Map(name -> {ops: [], gflops: []})}.
  throughput() {
    const from = this.now() - this.window_s, to = this.now();
    const rows = this.rates.filter((row) => row.t >= from && row.t <= to);
    const backends = new Map(), t = [];
    const names = new Set(rows.flatMap((row) => [...row.series.keys()]));
    for (const name of names) backends.set(name, {ops: [], gflops: []});
    for (let i = 1; i < rows.length; i += 1) {
      const dt = rows[i].t - rows[i - 1].t;
      if (dt <= 0) continue;
      t.push(rows[i].t);
      for (const name of names) {
        const a = rows[i - 1].series.get(name) || {calls: 0, flops: 0}, b = rows[i].series.get(name) || a;
        backends.get(name).ops.push((b.calls - a.calls) / dt);
        backends.get(name).gflops.push((b.flops - a.flops) / dt / 1e9);
      }
    }
    return {t, backends};
  }
}

export function quantile(values, q) {
  if (!values.length) return NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
