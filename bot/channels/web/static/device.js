// What the phone itself can do: the voice, the clipboard, the location. Each says plainly when it cannot.

const count = (text, sort) => (text.match(sort) || []).length;

/** A few Chinese names do not make an English text Chinese, nor a few Latin ones the other way round. */
export const languageOf = (text) =>
  3 * count(text, /[\u3400-\u9fff]/g) > count(text, /[a-z]/gi) ? "zh-CN" : "en";
export const canSpeak = "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;

let silenced = null; // called when the voice stops, for whatever reason

/** Reads `text` aloud, sentence by sentence (long utterances are cut off by some browsers); `done` when it ends. */
export function speak(text, done) {
  hush();
  const sentences = text.match(/[^\u3002\uff01\uff1f\uff1b!?;\n]+[\u3002\uff01\uff1f\uff1b!?;\n]*/g) || [text];
  const language = languageOf(text);
  const voice = speechSynthesis.getVoices().find((one) => one.lang.replace("_", "-").startsWith(language));
  silenced = done;
  sentences.forEach((sentence, index) => {
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = language;
    if (voice) utterance.voice = voice;
    if (index === sentences.length - 1) utterance.onend = () => silenced === done && hush();
    utterance.onerror = () => silenced === done && hush();
    speechSynthesis.speak(utterance);
  });
}

export function hush() {
  if (!canSpeak) return;
  const done = silenced;
  silenced = null;
  speechSynthesis.cancel();
  done?.();
}

/** True when `text` is on the clipboard. The old way serves plain http and in-app browsers. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

function copyTheOldWay(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "hidden";
  document.body.append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  area.remove();
  focused?.focus?.({ preventScroll: true });
  return done;
}

export const canLocate = window.isSecureContext && "geolocation" in navigator;

/** `{lat, lon}` in WGS-84, or throws "denied" or "failed". */
export function locate() {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude }),
      (error) => reject(new Error(error.code === error.PERMISSION_DENIED ? "denied" : "failed")),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  });
}
