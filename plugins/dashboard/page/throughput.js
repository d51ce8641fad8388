// Operations a second by backend over time: exact counts between snapshots, or binned events of a recording.

import {Card} from "/assets/card.js";
import {ago, colour, count} from "/assets/format.js";

export class Throughput extends Card {
  constructor(section, store) { super(section, "throughput", "Throughput by backend"); this.store = store; }

  update() {
    const {t, backends} = this.store.throughput();
    if (!t.length) return this.empty("No calls yet. Every operation of this process shows up here as it ends.");
    const names = [...backends.keys()].sort(), now = this.store.now();
    if (this.tabled) return this.show_table("Operations a second, latest first",
      [{title: "time"}, ...names.map((n) => ({title: n, number: true}))],
      t.map((time, i) => [ago(now - time), ...names.map((n) => count(backends.get(n).ops[i]))]).reverse());
    this.show({label: "Operations a second by backend over time",
      scales: {x: {time: false, range: [-this.store.span(), 0]}, y: {range: (_, low, high) => [0, Math.max(1, high * 1.1)]}},
      series: [{}, ...names.map((n) => ({label: n, stroke: colour(n), fill: colour(n) + "1f", width: 2, points: {show: false}}))],
      axes: [{values: (_, ticks) => ticks.map((v) => ago(-v))}, {values: (_, ticks) => ticks.map(count)}]},
    [t.map((time) => time - now), ...names.map((n) => backends.get(n).ops)], names.map((n) => [n, colour(n)]));
  }
}
