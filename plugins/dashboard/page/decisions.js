// The log of decisions: where each call went and why, with the candidates of the row that is opened.

import {card, element, note, table} from "/assets/dom.js";
import {bytes, percent, seconds, shape, short} from "/assets/format.js";

const words = {cpu_optimized: "CPU, though a GPU could", cpu_fallback: "CPU, no GPU could", gpu_opencl: "GPU", other: "another device"};
const kinds = {fallback: "failed, passed on", error: "failed", breaker: "circuit breaker", plugin: "plugin switched"};
const most_rows = 100;

export class Decisions {
  constructor(store, fetch_rankings) {
    this.store = store;
    this.fetch_rankings = fetch_rankings;
    this.opened = null;
    this.filter = element("input", {type: "search", id: "filter", class: "spread", placeholder: "filter: gesvd cpu_lapack …",
      "aria-label": "Filter decisions", oninput: () => this.update(true)});
    this.body = card("decisions", "Decisions", this.filter);
  }

  matches(event, wanted) {
    const text = [event.kind, event.dtype + event.op, shape(event.dims), event.backend, event.variant, event.strategy,
      event.fallbacks ? "fallback" : "", event.info ? "info" : ""].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  }

  update(force) {
    if (!force && this.body.contains(document.activeElement) && this.body !== document.activeElement) return;
    const wanted = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const list = [], all = this.store.recent();
    for (let i = all.length - 1; i >= 0 && list.length < most_rows; i -= 1) if (this.matches(all[i], wanted)) list.push(all[i]);
    const key = (list[0] ? list[0].sequence : "") + "/" + list.length + "/" + this.filter.value + "/" + this.opened;
    if (key === this.key && !force) return;
    this.key = key;
    if (!list.length) {
      this.body.replaceChildren(note(wanted.length ? "Nothing matches the filter in this window." : "No decision in this window. Each call's choice is listed here with every candidate."));
      return;
    }
    const columns = [{title: "open"}, {title: "operation"}, {title: "size"}, {title: "backend"}, {title: "why"},
      {title: "predicted", number: true}, {title: "took", number: true}, {title: "ratio", number: true}, {title: "fallbacks", number: true}, {title: "INFO", number: true}];
    const off = (event) => event.actual_s / event.predicted_s;
    const view = table("Latest first; a row opens its candidates", columns, list.map((e) => [
      element("button", {type: "button", class: "small", "aria-expanded": String(this.opened === e.sequence), "aria-label": "Candidates of call " + e.sequence,
        onclick: () => this.toggle(e)}, this.opened === e.sequence ? "−" : "+"),
      e.dtype === "-" || !e.op ? e.kind : e.dtype + e.op, shape(e.dims), e.variant ? e.backend + "/" + e.variant : e.backend,
      e.kind === "call" ? words[e.strategy] ?? e.strategy : element("span", {class: "warn"}, kinds[e.kind] ?? e.kind),
      seconds(e.predicted_s), seconds(e.actual_s),
      e.kind === "call" && Number.isFinite(off(e)) ? element("span", {class: off(e) > 3 || off(e) < 1 / 3 ? "warn" : ""}, "×" + short(off(e))) : "",
      e.fallbacks ? element("span", {class: "warn"}, e.fallbacks) : "0", e.info ? element("span", {class: "warn"}, e.info) : "0"]));
    const index = list.findIndex((e) => e.sequence === this.opened);
    if (index >= 0) view.tBodies[0].rows[index].after(element("tr", {class: "detail"}, element("td", {colspan: columns.length}, this.detail(list[index]))));
    const kept = this.body.scrollTop;
    this.body.replaceChildren(view);
    this.body.scrollTop = kept;
  }

  async toggle(event) {
    this.opened = this.opened === event.sequence ? null : event.sequence;
    if (this.opened !== null) await this.fetch_rankings();
    this.update(true);
    const button = [...this.body.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === "Candidates of call " + event.sequence);
    if (button) button.focus();
  }

  // What the row has no room for: the chain of failures, bytes moved, the device; and every candidate.
  detail(event) {
    const chain = this.store.events.filter((e) => e.kind === "fallback" && e.thread === event.thread && e.op === event.op && shape(e.dims) === shape(event.dims)
      && e.sequence < event.sequence && e.end_s >= event.end_s - 60).slice(-event.fallbacks || Infinity);
    const facts = [new Date(event.wall_ns / 1e6).toLocaleTimeString() + " on thread " + event.thread];
    if (event.batch > 1) facts.push(event.batch + " problems at once");
    if (event.depth) facts.push("inside another call");
    if (chain.length) facts.push("before it failed: " + chain.map((e) => `${e.backend} (${e.status})`).join(", "));
    if (event.bytes_to_device || event.bytes_from_device)
      facts.push(`${bytes(event.bytes_to_device)} to the device, ${bytes(event.bytes_from_device)} back, ${seconds(event.transfer_s)} in transfer`);
    if (event.device_peak_bytes) facts.push(`${bytes(event.device_peak_bytes)} of device memory`);
    if (event.device_utilisation_age_s) facts.push(`device ${percent(event.device_utilisation)} busy ${seconds(event.device_utilisation_age_s)} apart`);
    return element("div", {}, note(facts.join(" · ")), this.candidates(event));
  }

  candidates(event) {
    const rankings = (this.store.documents.decisions || {}).rankings || [];
    const found = rankings.find((r) => r.op === event.op && r.dtype === event.dtype && shape(r.dims) === shape(event.dims));
    if (!found) return note("The ranking of this shape is not kept: it is for the newest 50 shapes.");
    return table("Every candidate of " + event.dtype + event.op + " " + shape(event.dims) + " as it ranks now",
      [{title: "backend"}, {title: "outcome", text: true}, {title: "predicted", number: true}, {title: "set-up", number: true},
        {title: "transfer", number: true}, {title: "compute", number: true}, {title: "interval"}, {title: "breaker"}, {title: "model"}],
      found.candidates.map((c) => [c.variant ? c.backend + "/" + c.variant : c.backend,
        element("span", {class: c.reason === "CHOSEN" ? "good" : ""}, c.reason.toLowerCase().replaceAll("_", " ") + (c.note ? ": " + c.note : "")),
        seconds(c.predicted_s), seconds(c.setup_s), seconds(c.transfer_s), seconds(c.compute_s), seconds(c.low_s) + " – " + seconds(c.high_s),
        (c.breaker || "").toLowerCase().replace("_", " "), c.model]));
  }
}
