// Carries turns to the server and replies back. The same request id goes out at every attempt, so the server does
// nothing twice. A new message leaves at once, whatever older ones wait for: it may be the urgent one.
import * as store from "./store.js";

const TIMEOUT = 15000; // ms
const WAITS = [2000, 4000, 8000, 16000, 30000, 60000]; // ms between rounds while the network is away
const FAULTS = 3; // attempts when the server answers but is broken
const AWAY = new Set([502, 503, 504]); // a proxy speaking for a server that is restarting
const STALE = 3600000; // ms after which what was told about a door is no longer news

/** crypto.randomUUID is missing on plain http; the numbers behind it are not. */
export function newRequest() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Delivery {
  #flying = new Map(); // request → AbortController
  #places = new Map(); // request → location; used once and never stored
  #round = 0;
  #timer = 0;
  #flushing = false;

  /** `changed(turn)` after every change of a turn, `network(up)` whenever the server was reached or was not. */
  constructor({ language, lostPlace, failed, changed, network }) {
    Object.assign(this, { language, lostPlace, failed, changed, network });
  }

  /** Sends a message; with `action`, does what a button names, and `text` is what stood on it. */
  submit(text, { place = null, action = "" } = {}) {
    const turn = { request: newRequest(), text, at: Date.now(), state: "sending", faults: 0, located: Boolean(place), action };
    if (place) this.#places.set(turn.request, place);
    store.add(turn);
    this.changed(turn);
    this.#deliver(turn).then((reached) => reached || this.#later());
  }

  retry(request) {
    const turn = this.#set(request, { state: "sending", faults: 0, error: "", dial: [] });
    if (turn) this.#deliver(turn).then((reached) => reached || this.#later());
  }

  rate(request, useful) {
    this.#set(request, { useful, rated: false });
    this.#sendRating(request, useful).then((reached) => reached || this.#later());
  }

  /** Does what a button beside a turn names, once; the answer becomes a line there. */
  tell(request, value) {
    const told = { value, request: newRequest(), at: Date.now(), state: "sending" };
    this.#note(request, told);
    this.#sendTold(request, told).then((reached) => reached || this.#later());
  }

  clear() {
    this.#flying.forEach((controller) => controller.abort());
    this.#places.clear();
    store.clear();
    this.#forget().catch(() => this.#later());
  }

  /** Sends what waits, oldest first, until the network fails again. */
  async flush() {
    if (this.#flushing) return;
    this.#flushing = true;
    clearTimeout(this.#timer);
    try {
      for (const turn of store.turns()) {
        if (store.isPending(turn) && !(await this.#deliver(turn))) return this.#later();
        for (const told of turn.told || []) {
          if (told.state !== "done" && !(await this.#sendTold(turn.request, told))) return this.#later();
        }
        if (turn.rated === false && !(await this.#sendRating(turn.request, turn.useful))) return this.#later();
      }
      if (store.mustForget()) await this.#forget().catch(() => this.#later());
    } finally {
      this.#flushing = false;
    }
  }

  #later() {
    clearTimeout(this.#timer);
    const wait = WAITS[Math.min(this.#round++, WAITS.length - 1)];
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  #set(request, changes) {
    const turn = store.change(request, changes);
    if (turn) this.changed(turn);
    return turn;
  }

  #reached(up) {
    if (up) this.#round = 0;
    this.network(up);
    return up;
  }

  async #post(path, content, controller = new AbortController()) {
    const timer = setTimeout(() => controller.abort(), TIMEOUT);
    try {
      const response = await fetch(path, {
        method: content ? "POST" : "DELETE",
        headers: { "Content-Type": "application/json", "Accept-Language": this.language },
        body: content ? JSON.stringify(content) : undefined,
        signal: controller.signal,
      });
      return { status: response.status, content: await response.json().catch(() => null) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #forget() {
    const { status } = await this.#post("/api/conversation", null);
    if (status >= 500) throw new Error("not forgotten");
    store.forgotten();
  }

  /** True when the server was reached, whatever it said. */
  async #deliver(turn) {
    const { request } = turn;
    if (this.#flying.has(request)) return true;
    if (turn.located && !this.#places.has(request)) {
      this.#set(request, { state: "failed", error: this.lostPlace, final: true });
      return true;
    }
    const controller = new AbortController();
    this.#flying.set(request, controller);
    try {
      if (store.mustForget()) await this.#forget();
      const content = { request, language: this.language };
      if (turn.action) content.action = turn.action;
      else content.text = wellFormed(turn.text);
      if (turn.located) content.location = this.#places.get(request);
      return this.#heard(turn, await this.#post(turn.action ? "/api/actions" : "/api/messages", content, controller));
    } catch {
      return this.#set(request, { state: "waiting" }) ? this.#reached(false) : true; // cleared meanwhile: nothing to wait for
    } finally {
      this.#flying.delete(request);
    }
  }

  #heard(turn, { status, content }) {
    const { request } = turn;
    if (status === 200 && content?.request === request) {
      this.#places.delete(request);
      // Distances to the metre from three known doors are a location, which is never kept.
      for (const station of content.stations || []) delete station.distance_m;
      this.#set(request, { state: "done", reply: content });
      return this.#reached(true);
    }
    // A 200 that is not ours is a captive portal: the same as no network.
    if (status === 200 || AWAY.has(status)) {
      this.#set(request, { state: "waiting" });
      return this.#reached(false);
    }
    this.network(true);
    const faults = turn.faults + 1;
    if ((status >= 500 || status === 429) && faults < FAULTS) {
      this.#set(request, { state: "sending", faults });
      return false;
    }
    this.#set(request, { state: "failed", error: content?.error || this.failed, dial: content?.dial || [], final: status < 500 });
    return true;
  }

  #note(request, told) {
    const turn = store.turns().find((one) => one.request === request);
    const others = (turn?.told || []).filter((one) => one.value !== told.value);
    this.#set(request, { told: told.state === "dropped" ? others : [...others, told] });
  }

  /** True when the server was reached or there is nothing left to say. */
  async #sendTold(request, told) {
    if (Date.now() - told.at > STALE) {
      this.#note(request, { ...told, state: "dropped" });
      return true;
    }
    if (this.#flying.has(told.request)) return true;
    const controller = new AbortController();
    this.#flying.set(told.request, controller);
    try {
      const content = { request: told.request, action: told.value, language: this.language };
      const { status, content: heard } = await this.#post("/api/actions", content, controller);
      if (status >= 500 || status === 429) throw new Error("not told");
      if (status === 200 && heard?.request !== told.request) throw new Error("a captive portal");
      this.#note(request, { ...told, state: "done", line: status === 200 ? heard.body : heard?.error || this.failed });
      return this.#reached(true);
    } catch {
      this.#note(request, { ...told, state: "waiting" });
      return this.#reached(false);
    } finally {
      this.#flying.delete(told.request);
    }
  }

  async #sendRating(request, useful) {
    try {
      const { status } = await this.#post("/api/feedback", { request, useful });
      if (status >= 500) return false;
      const now = store.turns().find((turn) => turn.request === request);
      if (now?.useful === useful) this.#set(request, { rated: true });
      return this.#reached(true);
    } catch {
      return this.#reached(false);
    }
  }
}

/** A keyboard or a length limit may cut an emoji in half; half an emoji cannot travel. */
function wellFormed(text) {
  return text.toWellFormed ? text.toWellFormed() : text;
}
