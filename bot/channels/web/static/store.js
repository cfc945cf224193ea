// The conversation as this phone keeps it: at most 50 turns in localStorage. A turn that is not "done" or "failed" is
// the outbox: it is written before it is sent, so a closed page or a dead network loses nothing.
// Every change reads, edits and writes at once, so that two open tabs do not overwrite each other's turns.

export const KEY = "redstation.turns";
const FORGET = "redstation.forget";
const DRAFT = "redstation.draft";
const LIMIT = 50;
const PENDING = new Set(["sending", "waiting"]);
const memory = new Map(); // stands in where storage is full or forbidden

function read(key) {
  try {
    return memory.has(key) ? memory.get(key) : localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
}

export const isPending = (turn) => PENDING.has(turn.state);

export function turns() {
  try {
    const kept = JSON.parse(read(KEY) || "[]");
    return Array.isArray(kept) ? kept.filter((turn) => turn && turn.request && typeof turn.text === "string") : [];
  } catch {
    return [];
  }
}

function save(all) {
  let spare = Math.max(0, all.length - LIMIT);
  const kept = all.filter((turn) => isPending(turn) || spare-- <= 0);
  write(KEY, kept.length ? JSON.stringify(kept) : null);
}

export function add(turn) {
  save([...turns(), turn]);
}

/** Merges `changes` into a turn. Null when the turn is gone, because the conversation was cleared meanwhile. */
export function change(request, changes) {
  const all = turns();
  const turn = all.find((one) => one.request === request);
  if (!turn) return null;
  Object.assign(turn, changes);
  save(all);
  return turn;
}

/** Drops the turns and remembers that the server still has to be told to start afresh. */
export function clear() {
  write(KEY, null);
  write(DRAFT, null);
  write(FORGET, "1");
}

export const mustForget = () => read(FORGET) !== null;
export const forgotten = () => write(FORGET, null);
export const draft = () => read(DRAFT) || "";
export const keepDraft = (text) => write(DRAFT, text || null);
