// The panels below: breakers, devices, plugins.

import {card, element, note, table} from "/assets/dom.js";
import {bytes, colour, percent, seconds, short} from "/assets/format.js";

// Repaints only when the document changed, so that a reader's place and focus stay.
class Panel {
  constructor(store, id, title) { this.store = store; this.id = id; this.body = card(id, title); }
  update() {
    const text = JSON.stringify(this.store.documents[this.id] ?? null);
    if (text === this.text) return;
    this.text = text;
    this.body.replaceChildren(...[this.view((this.store.documents[this.id] || {})[this.id] || [])].flat());
  }
}

export class Breakers extends Panel {
  constructor(store) { super(store, "breakers", "Circuit breakers"); }
  view(list) {
    if (!list.length) return note("No variant is registered, so there is nothing to guard.");
    const troubled = list.filter((b) => b.state !== "CLOSED" || b.failures);
    const closed = list.length - list.filter((b) => b.state !== "CLOSED").length;
    const summary = element("p", {class: "summary"}, element("strong", {class: troubled.length ? "warn" : "good"}, `${closed} of ${list.length}`), " closed");
    if (!troubled.length) return [summary, note("Every variant is healthy. One whose device keeps failing is left out for a while and shown here; INFO never counts.")];
    const tone = {CLOSED: "good", OPEN: "bad", HALF_OPEN: "warn"};
    return [summary, table("A breaker opens after repeated device faults, never after INFO",
      [{title: "backend"}, {title: "operation"}, {title: "device"}, {title: "state"}, {title: "failures", number: true}, {title: "tried again in", number: true}],
      troubled.map((b) => [b.variant ? b.backend + "/" + b.variant : b.backend, b.op, b.device, element("span", {class: tone[b.state] || ""}, b.state),
        b.failures, b.open_s_left > 0 ? seconds(b.open_s_left) : ""]))];
  }
}

export class Devices extends Panel {
  constructor(store) { super(store, "devices", "Devices and memory pool"); }

  pool(d) {
    const share = (value) => Math.min(100, 100 * value / d.pool_limit_bytes);
    const used = d.pool_used_bytes || 0, cached = d.pool_cached_bytes || 0;
    const bar = element("div", {class: "pool", role: "img", "aria-label": `pool: ${bytes(used)} used, ${bytes(cached)} kept, of ${bytes(d.pool_limit_bytes)}`},
      element("span", {class: "used"}), element("span", {class: "cached"}));
    bar.children[0].style.width = share(used) + "%";
    bar.children[1].style.width = share(cached) + "%";
    return [bar, note(`pool: ${bytes(used)} in use, ${bytes(cached)} kept for reuse, of ${bytes(d.pool_limit_bytes)}`)];
  }

  view(list) {
    if (!list.length) return note("No device reports itself. `lapack-ai info` says why there is no GPU.");
    return list.map((d) => {
      const facts = [d.platform, d.driver && "driver " + d.driver, d.compute_units && d.compute_units + " compute units", d.total_bytes && bytes(d.total_bytes),
        d.dgemm_gflops_per_thread && `${short(d.dgemm_gflops_per_thread)} GFLOP/s dgemm a thread`,
        Number.isFinite(d.utilisation) && percent(d.utilisation) + " busy", Number.isFinite(d.temperature_celsius) && short(d.temperature_celsius) + " °C",
        Number.isFinite(d.power_watts) && short(d.power_watts) + " W", d.operations && d.operations + " operations",
        d.bytes_to_device && `${bytes(d.bytes_to_device)} to it, ${bytes(d.bytes_from_device)} back`, d.contexts_lost && d.contexts_lost + " times lost"];
      return element("div", {class: "device", colour: colour(d.plugin)}, element("h3", {}, d.plugin), element("p", {}, d.name || d.library || "no name"),
        note(facts.filter(Boolean).join(" · ")), d.pool_limit_bytes ? this.pool(d) : null);
    });
  }
}

export class Plugins extends Panel {
  constructor(store) { super(store, "plugins", "Plugins"); }
  view(list) {
    if (!list.length) return note("No plugin was found; `lapack-ai info` says where it looked.");
    const tone = {ready: "good", disabled: "", unavailable: "warn", refused: "bad", quarantined: "bad"};
    return table("Every plugin file that was found", [{title: "plugin"}, {title: "state"}, {title: "version"}, {title: "offers, or why not", text: true}],
      list.map((p) => [p.id, element("span", {class: tone[p.state] || ""}, p.state), p.version || "", p.reason || (p.ops || []).join(", ") || p.title || ""]));
  }
}
