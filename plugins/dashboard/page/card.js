// A card that holds a chart, its legend, and the same numbers as a table behind a button.

import uPlot from "/assets/uPlot.esm.js";
import {element, note, table} from "/assets/dom.js";

export const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Size of the page's text in CSS pixels; charts follow it.
const text_size = () => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75;
export const chart_font = () => `${text_size()}px ${getComputedStyle(document.body).fontFamily}`;

export class Card {
  constructor(section, name, title) {
    this.section = section;
    this.tabled = false;
    this.legend = element("ul", {class: "legend"});
    this.body = element("div", {class: "plot"});
    this.button = element("button", {type: "button", "aria-pressed": "false", class: "spread", "data-table": name,
      onclick: () => this.toggle()}, "Table");
    section.append(element("div", {class: "head"}, element("h2", {id: "h-" + name}, title), this.button), this.legend, this.body);
  }

  toggle() {
    this.tabled = !this.tabled;
    this.button.setAttribute("aria-pressed", String(this.tabled));
    this.clear();
    this.update();
  }

  clear() {
    if (this.plot) this.plot.destroy();
    this.plot = this.canvas = this.key = null;
    this.body.replaceChildren();
  }

  // Entries: [name, colour, "line" | "dashed" | "dot"].
  show_legend(entries) {
    const key = entries.map((entry) => entry.join()).join(";");
    if (key === this.legend_key) return;
    this.legend_key = key;
    this.legend.replaceChildren(...entries.map(([name, tone, mark]) => element("li", {class: mark || "line", colour: tone}, name)));
  }

  empty(reason) { this.clear(); this.show_legend([]); this.body.append(note(reason)); }

  show_table(caption, columns, rows) {
    const kept = this.body.firstChild && this.body.firstChild.scrollTop;
    this.body.replaceChildren(element("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": caption}, table(caption, columns, rows)));
    if (kept) this.body.firstChild.scrollTop = kept;
  }

  // A chart with axes; made anew only when its series, its size or the theme changed.
  show(options, data, legend) {
    const width = this.body.clientWidth, height = this.body.clientHeight;
    const key = [width, height, text_size(), style("--ink"), ...options.series.map((s) => s.label + s.dash)].join();
    this.show_legend(legend);
    if (this.plot && key === this.key) { this.plot.setData(data); return; }
    this.clear();
    this.key = key;
    const em = text_size() / 12;
    const axis = {stroke: style("--soft"), font: chart_font(), labelFont: chart_font(), labelSize: 20 * em, gap: 5 * em,
      grid: {stroke: style("--grid"), width: 1}, ticks: {stroke: style("--line"), width: 1, size: 5 * em}};
    this.plot = new uPlot({...options, width, height, legend: {show: false}, cursor: {y: false, points: {size: 7 * em}},
      axes: options.axes.map((one, i) => ({...axis, size: (i === 0 ? 30 : 56) * em, space: (i === 0 ? 60 : 32) * em, ...one}))}, data, this.body);
    this.plot.root.setAttribute("role", "img");
    this.plot.root.setAttribute("aria-label", options.label + "; the table button gives the numbers");
  }

  // A canvas of this height, cleared, to draw on in CSS pixels: {ctx, width, height, em}.
  draw(label, height) {
    if (!this.canvas || !this.canvas.isConnected) {
      this.clear();
      this.canvas = element("canvas", {role: "img", "aria-label": label + "; the table button gives the numbers"});
      this.body.append(this.canvas);
    }
    const scale = devicePixelRatio, width = this.body.clientWidth;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w; this.canvas.height = h;
      this.canvas.style.width = width + "px"; this.canvas.style.height = height + "px";
    }
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.font = chart_font();
    ctx.textBaseline = "middle";
    return {ctx, width, height, em: text_size() / 12};
  }
}
