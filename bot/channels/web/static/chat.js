// The page: the composer, the log, the network notice. Joins the store, the delivery and the views.
import * as store from "./store.js";
import { Delivery } from "./delivery.js";
import { hush } from "./device.js";
import { findMe } from "./replies.js";
import { confirmClear } from "./sheets.js";
import { TurnView } from "./turns.js";

const byId = (id) => document.getElementById(id);
const words = JSON.parse(byId("words").textContent);
const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const finePointer = matchMedia("(pointer: fine)");
const URGENT = 3600000; // ms after an emergency card in which the box asks where
const ids = ["log", "scroll", "welcome", "composer", "text", "send", "pin", "where"];
const [log, scroller, welcome, form, text, send, pin, where] = ids.map(byId);
const placeholder = text.placeholder;
const other = document.querySelector(".language");
const views = new Map();
let netDown = !navigator.onLine;

const delivery = new Delivery({
  language,
  lostPlace: words.location.lost,
  failed: words.errors.failed,
  changed: show,
  network: (up) => notice(!up),
});
const acts = {
  say: (line) => say(line, finePointer.matches),
  locate: (place) => say(words.location.message, finePointer.matches, { place }),
  act: (label, action) => say(label, finePointer.matches, { action }),
  tell: (request, value) => delivery.tell(request, value),
  rate: (request, useful) => delivery.rate(request, useful),
  retry: (request) => delivery.retry(request),
};

// ---- the log ----

function show(turn) {
  const known = views.get(turn.request);
  const wasAtEnd = distanceFromEnd() < 120;
  if (known) {
    const answered = !known.answered && turn.state === "done";
    known.update(turn);
    const urgent = answered && turn.reply.kind === "emergency";
    if (urgent || (wasAtEnd && (answered || turn.state !== "done"))) reveal(known.root);
    if (answered && turn.action === `language:${other.hreflang}`) location.assign(other.href);
  } else {
    append(turn, true);
    scroller.scrollTop = scroller.scrollHeight;
  }
  mark();
}

function append(turn, live) {
  const view = new TurnView(turn, words, acts, live);
  views.set(turn.request, view);
  log.append(view.root);
}

/** Draws everything kept on this phone, silently: nobody wants the whole past read out. */
function restore() {
  log.setAttribute("aria-live", "off");
  views.clear();
  log.replaceChildren();
  for (const turn of store.turns()) append(turn, false);
  mark();
  scroller.scrollTop = views.size ? scroller.scrollHeight : 0;
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
}

function mark() {
  const any = views.size > 0;
  welcome.hidden = any;
  byId("clear").hidden = !any;
  if (any) log.tabIndex = 0;
  else log.removeAttribute("tabindex");
  const last = store.turns().filter((turn) => turn.state === "done").pop();
  const urgent = last?.reply.kind === "emergency" && Date.now() - last.at < URGENT;
  text.placeholder = urgent ? text.dataset.where : placeholder;
  grow();
}

/** A short reply is shown at the end of the log; a long one from its question on, an emergency from its buttons on. */
function reveal(root) {
  const tall = root.offsetHeight > scroller.clientHeight - 24;
  const start = root.querySelector(".emergency") || root;
  scroller.scrollTop = tall ? start.offsetTop - 12 : scroller.scrollHeight;
}

const distanceFromEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

// ---- the composer ----

function say(line, focusText = true, more = {}) {
  if (!line.trim()) return;
  hush();
  where.textContent = "";
  delivery.submit(line.trim(), more);
  // A tapped suggestion disappears and would take the focus with it; on a phone the keyboard should stay away.
  if (focusText) text.focus({ preventScroll: true });
  else if (document.activeElement !== text) log.lastElementChild?.focus({ preventScroll: true });
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
  send.disabled = !text.value.trim();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!text.value.trim()) return;
  say(text.value);
  text.value = "";
  store.keepDraft("");
  grow();
});

text.addEventListener("keydown", (event) => {
  // While an input method is composing, Enter picks a word; Safari reports that key as 229 only.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});

pin.addEventListener("click", () => findMe(pin, where, words.location, acts.locate));

text.addEventListener("input", () => {
  where.textContent = "";
  store.keepDraft(text.value);
  grow();
});

welcome.addEventListener("click", (event) => {
  const example = event.target.closest("[data-say]");
  if (example) acts.say(example.dataset.say);
});

byId("clear").addEventListener("click", () =>
  confirmClear(() => {
    hush();
    delivery.clear();
    restore();
    toast(words.clearing.done);
    byId("welcome-title").focus();
  }),
);

// ---- notices ----

function notice(down) {
  const line = document.querySelector("#network p");
  if (down !== !line.hidden) {
    line.textContent = down ? words.network.offline : "";
    line.hidden = !down;
    if (!down && netDown) toast(words.network.back);
  }
  netDown = down;
}

let toastTimer = 0;
function toast(line) {
  byId("toast").textContent = line;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (byId("toast").textContent = ""), 4000);
}

function online() {
  if (!store.turns().some(store.isPending)) notice(false);
  delivery.flush();
}

// ---- the page ----

/** iOS lays the keyboard over the page instead of shrinking it; a pinch zoom is not a keyboard. */
function fitKeyboard() {
  const seen = window.visualViewport;
  if (Math.abs(seen.scale - 1) > 0.01) return;
  const covered = window.innerHeight - seen.height > 80;
  document.documentElement.style.setProperty("--height", covered ? `${seen.height}px` : "100dvh");
  if (covered) window.scrollTo(0, 0);
}

scroller.addEventListener("scroll", () => (byId("latest").hidden = distanceFromEnd() < 240), { passive: true });
byId("latest").addEventListener("click", () => {
  scroller.scrollTop = scroller.scrollHeight;
  text.focus({ preventScroll: true });
});
window.addEventListener("online", online);
window.addEventListener("offline", () => notice(true));
window.addEventListener("pagehide", hush);
window.addEventListener("storage", (event) => (event.key === store.KEY || event.key === null) && restore());
document.addEventListener("visibilitychange", () => !document.hidden && delivery.flush());
window.visualViewport?.addEventListener("resize", fitKeyboard);

text.value = text.value || store.draft();
grow();
restore();
notice(netDown);
delivery.flush();
if (finePointer.matches) text.focus({ preventScroll: true });
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
