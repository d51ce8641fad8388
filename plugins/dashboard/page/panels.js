// The tables below the charts: decisions with their candidates, breakers, devices, plugins.

import {byId, element, note, table} from "/assets/dom.js";
import {bytes, seconds, shape, short} from "/assets/format.js";

const words = {cpu_optimized: "CPU won on cost", cpu_fallback: "no GPU took it", gpu_opencl: "ran on the GPU", other: ""};

function card(id, title, ...controls) {
  const body = element("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": title + " table"});
  byId(id).append(element("div", {class: "head"}, element("h2", {id: "h-" + id}, title), ...controls), body);
  return body;
}

export class Decisions {
  constructor(store, fetch_rankings) {
    this.store = store;
    this.fetch_rankings = fetch_rankings;
    this.opened = null;
    this.filter = element("input", {type: "search", id: "filter", class: "spread", placeholder: "gesvd cpu_lapack …",
      "aria-label": "Filter decisions", oninput: () => this.update(true)});
    this.body = card("decisions", "Decisions", this.filter);
  }

  update(force) {
    if (!force && this.body.contains(document.activeElement) && this.body !== document.activeElement) return;
    const wanted = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (e) => {
      const text = [e.kind, e.dtype + e.op, shape(e.dims), e.backend, e.strategy, e.fallbacks ? "fallback" : "", e.info ? "info" : ""].join(" ").toLowerCase();
      return wanted.every((word) => text.includes(word));
    };
    const list = this.store.recent().filter(matches).slice(-100).reverse();
    const key = (list[0] ? list[0].sequence : "") + "/" + list.length + "/" + this.filter.value + "/" + this.opened;
    if (key === this.key && !force) return;
    this.key = key;
    if (!list.length) {
      this.body.replaceChildren(note(wanted.length ? "Nothing matches the filter in this window." : "No decision in this window. Each call's choice is listed here with every candidate."));
      return;
    }
    const columns = [{title: "candidates"}, {title: "operation"}, {title: "size"}, {title: "backend"}, {title: "why"},
      {title: "predicted", number: true}, {title: "took", number: true}, {title: "fallbacks", number: true}, {title: "INFO", number: true}];
    const view = table("Latest first; a row opens its candidates", columns, list.map((e) => [
      element("button", {type: "button", "aria-expanded": String(this.opened === e.sequence), "aria-label": "Candidates of call " + e.sequence,
        onclick: () => this.toggle(e)}, this.opened === e.sequence ? "−" : "+"),
      e.kind === "call" ? e.dtype + e.op : e.kind, shape(e.dims), e.backend, words[e.strategy] ?? e.strategy,
      seconds(e.predicted_s), seconds(e.actual_s),
      e.fallbacks ? element("span", {class: "warn"}, e.fallbacks) : "0", e.info ? element("span", {class: "warn"}, e.info) : "0"]));
    const index = list.findIndex((e) => e.sequence === this.opened);
    if (index >= 0) view.tBodies[0].rows[index].after(element("tr", {}, element("td", {colspan: columns.length}, this.candidates(list[index]))));
    this.body.replaceChildren(view);
  }

  async toggle(event) {
    this.opened = this.opened === event.sequence ? null : event.sequence;
    if (this.opened !== null) await this.fetch_rankings();
    this.update(true);
    const button = [...this.body.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === "Candidates of call " + event.sequence);
    if (button) button.focus();
  }

  candidates(event) {
    const rankings = (this.store.documents.decisions || {}).rankings || [];
    const found = rankings.find((r) => r.op === event.op && r.dtype === event.dtype && shape(r.dims) === shape(event.dims));
    if (!found) return note("The ranking of this shape is no longer kept.");
    return table("Every candidate of " + event.dtype + event.op + " " + shape(event.dims),
      [{title: "backend"}, {title: "outcome", text: true}, {title: "predicted", number: true}, {title: "set-up", number: true},
        {title: "transfer", number: true}, {title: "compute", number: true}, {title: "interval"}, {title: "breaker"}, {title: "model"}],
      found.candidates.map((c) => [c.variant ? c.backend + "/" + c.variant : c.backend, c.reason, seconds(c.predicted_s), seconds(c.setup_s),
        seconds(c.transfer_s), seconds(c.compute_s), seconds(c.low_s) + " – " + seconds(c.high_s), c.breaker, c.model]));
  }
}

// Repaints only when the document changed, so that a reader's place and focus stay.
class Panel {
  constructor(store, id, title) { this.store = store; this.id = id; this.body = card(id, title); }
  update() {
    const text = JSON.stringify(this.store.documents[this.id] ?? null);
    if (text === this.text) return;
    this.text = text;
    this.body.replaceChildren(this.view((this.store.documents[this.id] || {})[this.id] || []));
  }
}

export class Breakers extends Panel {
  constructor(store) { super(store, "breakers", "Circuit breakers"); }
  view(list) {
    if (!list.length) return note("No variant has failed. A backend that keeps failing is left out for a while and shown here.");
    const tone = {CLOSED: "good", OPEN: "bad", HALF_OPEN: "warn"};
    return table("A breaker opens after repeated device faults, never after INFO", [{title: "backend"}, {title: "device"}, {title: "state"}, {title: "failures", number: true}, {title: "tried again in", number: true}],
      list.map((b) => [b.variant ? b.backend + "/" + b.variant : b.backend, b.device, element("span", {class: tone[b.state] || ""}, b.state), b.failures, b.open_s_left > 0 ? seconds(b.open_s_left) : ""]));
  }
}

export class Devices extends Panel {
  constructor(store) { super(store, "devices", "Devices and memory"); }
  view(list) {
    if (!list.length) return note("No device reports itself. `lapack-ai info` says why there is no GPU.");
    const shown = (name, value) => (/bytes/.test(name) && Number.isFinite(value) ? bytes(value) : typeof value === "number" ? short(value) : typeof value === "object" ? JSON.stringify(value) : String(value));
    return table("What a driver does not tell is absent", [{title: "plugin"}, {title: "figure"}, {title: "value", text: true}],
      list.flatMap((d) => Object.entries(d).filter(([name]) => name !== "plugin").map(([name, value]) => [d.plugin, name.replaceAll("_", " "), shown(name, value)])));
  }
}

export class Plugins extends Panel {
  constructor(store) { super(store, "plugins", "Plugins"); }
  view(list) {
    if (!list.length) return note("No plugin was found; `lapack-ai info` says where it looked.");
    const tone = {ready: "good", disabled: "", unavailable: "warn", refused: "bad", quarantined: "bad"};
    return table("Every plugin file that was found", [{title: "plugin"}, {title: "state"}, {title: "version"}, {title: "reason", text: true}, {title: "operations", text: true}],
      list.map((p) => [p.id, element("span", {class: tone[p.state] || ""}, p.state), p.version || "", p.reason || "", (p.ops || []).map((op) => op.replace(/^lai\./, "").replace(/\/\d+$/, "")).join(", ")]));
  }
}
