// The WebSocket and the REST calls beside it. Reconnects with growing pauses; a gap in the events is refilled.

export class Connection {
  constructor(store, {state, login}) {
    this.store = store;
    this.state = state;    // (name, text) => void
    this.login = login;    // () => void: a token is asked for
    this.pause_ms = 500;
  }

  async start() {
    const answer = await fetch("/api/v1/snapshot").catch(() => null);
    if (answer && answer.status === 401) { this.state("lost", "needs the token"); this.login(); return; }
    if (answer && answer.ok) this.store.snap(await answer.json());
    this.open();
    this.poll();
  }

  open() {
    this.state("connecting", "connecting");
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws");
    socket.onopen = () => {
      this.pause_ms = 500;
      this.state("open", "live");
      socket.send(JSON.stringify({type: "interval", interval_ms: 100}));
    };
    socket.onmessage = (message) => this.frame(JSON.parse(message.data));
    socket.onclose = () => {
      this.state("lost", this.reason || "connection lost, trying again");
      setTimeout(() => this.open(), this.pause_ms);
      this.pause_ms = Math.min(8000, this.pause_ms * 2);
    };
  }

  frame(frame) {
    if (frame.type === "events") { this.store.add(frame); if (frame.missed) this.refill(); }
    else if (frame.type === "snapshot") this.store.snap(frame.data);
    else if (frame.type === "in_flight") this.store.in_flight = frame.in_flight;
    else if (frame.type === "hello") this.hello(frame);
    else if (frame.type === "bye" || frame.type === "error") { this.reason = frame.reason || frame.message; this.state("lost", this.reason); }
  }

  hello(frame) {
    this.reason = "";
    if (frame.recorded) {
      // The stream gives all of it from the beginning.
      this.store.open_recording(frame.time_ns);
      this.store.events = [];
      this.state("recorded", "recording");
    } else {
      this.store.heard(frame.time_ns);
      this.refill();
    }
  }

  // Events that the stream did not carry: those of the decision log that are not known yet.
  async refill() {
    const document = await this.get("decisions");
    if (!document) return;
    const known = new Set(this.store.events.map((event) => event.sequence));
    const fresh = document.decisions.filter((event) => !known.has(event.sequence));
    if (!fresh.length) return;
    this.store.add({events: fresh.reverse()});
    this.store.events.sort((a, b) => a.sequence - b.sequence);
  }

  async get(name) {
    const answer = await fetch("/api/v1/" + name).catch(() => null);
    if (!answer || !answer.ok) return null;
    this.store.documents[name] = await answer.json().catch(() => null);
    return this.store.documents[name];
  }

  async poll() {
    if (!this.store.paused) await Promise.all(["crossover", "breakers", "devices", "plugins"].map((name) => this.get(name)));
    setTimeout(() => this.poll(), 2000);
  }
}

export async function open_session(token) {
  const answer = await fetch("/api/v1/session", {method: "POST", body: token});
  return answer.ok;
}
