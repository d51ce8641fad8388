// Numbers as people read them. All pure.

const prefixes = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];

export function count(value) {
  if (!Number.isFinite(value)) return "–";
  for (const [scale, letter] of prefixes) if (Math.abs(value) >= scale) return short(value / scale) + " " + letter;
  return short(value);
}

export function short(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001) return value.toExponential(1);
  return String(Number(size >= 100 ? value.toFixed(0) : value.toPrecision(3)));
}

export function percent(share) { return Number.isFinite(share) ? Math.round(100 * share) + " %" : "–"; }

// A time before now, for axes.
export function ago(value) {
  if (value < 0.05) return "now";
  return "−" + (value >= 120 ? short(value / 60) + " min" : value >= 0.9995 ? short(value) + " s" : short(value * 1e3) + " ms");
}

export function seconds(value) {
  if (!Number.isFinite(value) || value < 0) return "–";
  if (value >= 1) return short(value) + " s";
  if (value >= 1e-3) return short(value * 1e3) + " ms";
  if (value >= 1e-6) return short(value * 1e6) + " µs";
  return short(value * 1e9) + " ns";
}

export function bytes(value) {
  if (!Number.isFinite(value)) return "–";
  let step = 0;
  while (value >= 1024 && step < 5) { value /= 1024; step += 1; }
  return short(value) + " " + ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][step];
}

export function shape(dims) {
  const used = (dims || []).slice();
  while (used.length > 1 && !used[used.length - 1]) used.pop();
  return used.join("×");
}

// One colour a backend, the same on every chart; told apart by people who see colours differently (Okabe and Ito 2008).
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#7f7f7f", "#8c564b"];
let given = new Map();
export function colour(name) {
  if (!given.has(name)) given.set(name, palette[given.size % palette.length]);
  return given.get(name);
}

// Gives the colours out anew in the order of the names, so that every visit has the same; true if that changed any.
export function assign_colours(names) {
  const sorted = [...names].sort();
  if (sorted.every((name, i) => given.get(name) === palette[i % palette.length])) return false;
  given = new Map(sorted.map((name, i) => [name, palette[i % palette.length]]));
  return true;
}
