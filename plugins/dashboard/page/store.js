// What the page knows: the last snapshot, the events inside the longest window, documents fetched by REST. Views ask;
// only the connection writes.

const longest_window_s = 900;
const most_events = 60000;

export class Store {
  snapshot = null;
  documents = {};
  events = [];            // finished calls and notable events, oldest first
  rates = [];             // one row a snapshot: {t, series: Map(key -> {calls, seconds, flops})}
  in_flight = [];         // calls that run now
  recorded = false;       // a recording: the clock stands, the window is all of it
  missed = 0;
  offset_s = 0;           // host clock of `now` minus the page's clock
  paused = false;
  window_s = 60;

  constructor(clock = () => performance.now() / 1e3) { this.clock = clock; }

  now() { return this.recorded ? this.recorded_at : this.paused ? this.frozen : this.clock() + this.offset_s; }

  // Seconds that charts over time reach back.
  span() {
    if (!this.recorded) return this.window_s;
    const first = this.events[0];
    return first ? Math.max(1e-3, this.now() - (first.end_s - first.actual_s)) : this.window_s;
  }

  running() { return this.paused || this.recorded ? [] : this.in_flight; }

  open_recording(time_ns) { this.recorded = true; this.recorded_at = time_ns / 1e9; }

  pause(on) {
    if (on) this.frozen = this.now();
    this.paused = on;
  }

  heard(time_ns) { if (time_ns && !this.recorded) this.offset_s = time_ns / 1e9 - this.clock(); }

  add(frame) {
    this.missed += frame.missed || 0;
    this.heard(frame.time_ns);
    for (const event of frame.events) {
      event.end_s = event.end_ns / 1e9;
      this.events.push(event);
    }
    const oldest = this.clock() + this.offset_s - longest_window_s;
    let drop = Math.max(0, this.events.length - most_events);
    while (!this.recorded && drop < this.events.length && this.events[drop].end_s < oldest) drop += 1;
    if (drop) this.events.splice(0, drop);
  }

  snap(data) {
    this.snapshot = data;
    this.in_flight = data.in_flight || [];
    this.heard(data.time_ns);
    const series = new Map();
    for (const row of data.series || []) {
      const key = row.backend;
      const sum = series.get(key) || {calls: 0, seconds: 0, flops: 0};
      series.set(key, {calls: sum.calls + row.calls, seconds: sum.seconds + row.seconds, flops: sum.flops + row.flops});
    }
    // Two that come together, by REST and by the stream, give no rate.
    const t = data.time_ns / 1e9, last = this.rates[this.rates.length - 1];
    if (last && t - last.t < 0.5) this.rates.pop();
    this.rates.push({t, series});
    if (this.rates.length > longest_window_s + 1) this.rates.shift();
  }

  // Calls inside the window, oldest first.
  recent() {
    if (this.recorded) return this.events;
    const from = this.now() - this.window_s, to = this.now();
    let low = 0, high = this.events.length;
    while (low < high) { const middle = (low + high) >> 1; if (this.events[middle].end_s < from) low = middle + 1; else high = middle; }
    const list = this.events.slice(low);
    return this.paused ? list.filter((event) => event.end_s <= to) : list;
  }

  binned() { return throughput_of(this.events, this.now() - this.span(), this.now()); }

  // Rates between consecutive snapshots inside the window: {t: [], backends: Map(name -> {ops: [], gflops: []})}.
  throughput() {
    if (this.recorded) return this.binned();
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

const bins = 60;

// The same from the events of a recording, which holds one snapshot only.
function throughput_of(events, from, to) {
  const step = (to - from) / bins, backends = new Map();
  const t = Array.from({length: bins}, (_, i) => from + (i + 0.5) * step);
  for (const event of events) {
    if (event.kind !== "call") continue;
    if (!backends.has(event.backend)) backends.set(event.backend, {ops: Array(bins).fill(0), gflops: Array(bins).fill(0)});
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((event.end_s - from) / step)));
    backends.get(event.backend).ops[bin] += 1 / step;
    backends.get(event.backend).gflops[bin] += event.flops / step / 1e9;
  }
  return {t: backends.size ? t : [], backends};
}

export function quantile(values, q) {
  if (!values.length) return NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
