// What a reply may carry besides its words: things to tap, stations, the emergency numbers, the lines for the operator.
// What this page does not know (a kind of button, an address that is not of the web) is left out.
import { canLocate, canSpeak, copy, hush, languageOf, locate, speak } from "./device.js";
import { button, icon, make, telephone } from "./dom.js";

const SIGNS = { open: "check", closed: "close", unknown: "ask" };
const MAPS = /Android/i.test(navigator.userAgent); // where a geo: link opens whatever map the rider uses

/** Asks the phone where it is and says in `line` how that goes; `found(place)` at most once a tap. */
export async function findMe(control, line, words, found) {
  if (control.getAttribute("aria-busy") === "true") return;
  line.textContent = canLocate ? words.finding : words.insecure;
  if (!canLocate) return;
  control.setAttribute("aria-busy", "true");
  try {
    const place = await locate();
    line.textContent = "";
    found(place);
  } catch (error) {
    line.textContent = words[error.message] || words.failed;
  } finally {
    control.setAttribute("aria-busy", "false");
  }
}

/** The button that sends the location, with the line that says how it goes. */
export function placing(words, found, label = words.ask) {
  const line = make("p", { role: "status" });
  if (!canLocate) line.textContent = words.insecure;
  const send = canLocate ? button("solid", label, () => findMe(send, line, words, found), "pin") : null;
  return make("div", { class: "place" }, send, line);
}

/** A link that is safe to open, or null: web addresses, and geo: where a map takes it. */
function link(kind, label, address) {
  const geo = /^geo:[-\d.]+,[-\d.]+/i.test(address);
  if (geo ? !MAPS : !/^https?:\/\/[^\s/]/i.test(address)) return null;
  const opened = geo ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return make("a", { class: kind, href: address, ...opened }, icon("pin"), make("span", {}, label));
}

/** One `Button` of a message as something to tap, or null. `act` does what an act button names. */
function tap(item, { say, locate: found, act, words }) {
  switch (item.kind) {
    case "say":
      return button("plain once", item.label, () => say(item.value || item.label));
    case "act":
      return button("plain", item.label, () => act(item));
    case "url":
      return link("plain", item.label, item.value);
    case "dial":
      return telephone("plain", item.value, icon("phone"), make("span", {}, item.label));
    case "locate":
      return placing(words.location, found, item.label);
    default:
      return null;
  }
}

/** The buttons of a whole message; null without any. */
export function buttons(list, doors) {
  const items = list.map((item) => tap(item, doors)).filter(Boolean);
  return items.length ? make("div", { class: "buttons" }, ...items) : null;
}

/** The stations of a reply and, to be called after every change of the turn, what shows how the taps on them went. */
export function stations(list, doors) {
  const shown = [];
  const items = list.map((station) => card(station, doors, shown));
  const root = make("ul", { class: "stations", "aria-label": doors.words.stations.label }, ...items);
  return [root, (turn) => shown.forEach((show) => show(turn))];
}

function card(station, doors, shown) {
  const { words } = doors;
  const closedSince = station.open_until && Date.parse(station.open_until) <= Date.now();
  const state = closedSince || !Object.keys(SIGNS).includes(station.state) ? "unknown" : station.state;
  const [first, ...lines] = station.lines;
  const taps = [];
  const reports = [];
  for (const item of station.buttons) {
    if (item.kind === "act") reports.push(report(item, doors, shown));
    else taps.push(tap(item, doors));
  }
  return make(
    "li",
    { class: "station", lang: languageOf(station.name + station.lines) },
    make("h2", {}, station.name),
    make("p", { class: `badge ${state}`, lang: document.documentElement.lang }, icon(SIGNS[state]), words.stations[state]),
    first ? make("p", { class: "far" }, first) : null,
    ...lines.map((line) => make("p", {}, line)),
    make("div", { class: "buttons" }, ...taps),
    ...reports,
  );
}

/** Something to tell us about a station: done once; what comes back stands beside it as a line. */
function report(item, { act, words }, shown) {
  const line = make("p", { class: "thanks", role: "status" });
  const tool = button("tool", item.label, () => tool.getAttribute("aria-disabled") === "true" || act(item, true), "flag");
  shown.push((turn) => {
    const told = turn.told?.find((one) => one.value === item.value);
    tool.setAttribute("aria-disabled", String(Boolean(told))); // `disabled` would throw the focus away
    if (told) tool.firstChild.replaceWith(icon("check"));
    const said = told ? told.line ?? words.chat[told.state] : "";
    if (line.textContent !== said) line.textContent = said;
  });
  return make("div", { class: "report" }, tool, line);
}

/** Numbers to call, each a big button. */
export function dials(numbers, words) {
  const links = numbers.map((number) => {
    const name = words.numbers[number];
    const label = [words.chat.call, " ", make("b", {}, number), name ? ` ${name}` : ""];
    return telephone("dial", number, icon("phone"), make("span", {}, ...label));
  });
  return links.some(Boolean) ? make("div", { class: "dials" }, ...links) : null;
}

/** The head of an emergency card: the number to call first, huge, one tap away; the others smaller beside it. */
export function alarm(numbers, words) {
  const links = numbers.map((number, index) => {
    const label = [make("b", {}, number), " ", make("span", {}, index ? null : icon("phone"), words.numbers[number] || "")];
    if (!index) label.push(" ", make("small", {}, words.chat.tap_to_call));
    return telephone(index ? "call" : "call first", number, ...label);
  });
  return make("div", { class: "alarm" }, make("p", {}, icon("alert"), words.chat.emergency), make("div", { class: "calls" }, ...links));
}

/** What to read to the operator, in large type, with its own voice and clipboard. */
export function aloud(text, number, { chat }) {
  const title = chat.aloud.replace("{number}", number || "");
  const line = make("p", { class: "thanks", role: "status" });
  const tools = make("div", { class: "buttons" }, copying(text, chat, line, "plain"), canSpeak ? speaking(text, chat, "plain") : null);
  const quote = make("blockquote", { lang: languageOf(text) }, text);
  return make("div", { class: "aloud", role: "group", "aria-label": title }, make("p", {}, title), quote, tools, line);
}

/** The emergency numbers in one small line, for a message that waits for a network. */
export function meanwhile(words) {
  const links = words.dial.map((number) => telephone("", number, make("b", {}, number), " ", words.numbers[number]));
  return make("p", { class: "meanwhile" }, make("span", {}, words.network.urgent), ...links);
}

export function copying(text, chat, line, kind = "tool") {
  const tool = button(kind, chat.copy, async () => {
    const done = await copy(text);
    line.textContent = done ? "" : chat.copy_failed;
    if (!done) return;
    tool.replaceChildren(icon("check"), make("span", { role: "status" }, chat.copied));
    setTimeout(() => tool.replaceChildren(icon("copy"), make("span", {}, chat.copy)), 2500);
  }, "copy");
  return tool;
}

export function speaking(text, chat, kind = "tool", label = chat.speak) {
  const show = (on) => tool.replaceChildren(icon(on ? "stop" : "speak"), make("span", {}, on ? chat.stop : label));
  let on = false;
  const stopped = () => show((on = false));
  const tool = button(kind, label, () => {
    if (on) return hush();
    speak(text, stopped);
    show((on = true));
  }, "speak");
  return tool;
}
