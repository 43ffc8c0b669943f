// A map that stays: one document drawn once, however often its page is drawn again. See planner/ui/frames.py.
const kept = new WeakMap();
const scripts = new Map();

const script = (address) => {
  if (!scripts.has(address))
    scripts.set(address, new Promise((done, failed) => {
      const tag = document.createElement("script");
      tag.src = address;
      tag.onload = done;
      tag.onerror = () => { scripts.delete(address); tag.remove(); failed(new Error(address)); };
      document.head.append(tag);
    }));
  return scripts.get(address);
};

const sheet = (root, address) => new Promise((done, failed) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  link.onload = done;
  link.onerror = () => { link.remove(); failed(new Error(address)); };
  root.append(link);
});

const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

// What stands in one place of a page. ``wanted`` is what the page said last.
const begin = (root) => {
  const box = document.createElement("div");
  const words = document.createElement("div");
  box.className = "live";
  words.className = "waiting";
  words.setAttribute("role", "status");
  const own = document.createElement("style");
  own.textContent =
    ".live { --map-sea: var(--sea); --map-panel: var(--panel); --map-line: var(--edge); --map-ink: var(--ink);" +
    " --map-soft: var(--soft); --map-focus: var(--focus); }" +
    ".live { position: relative; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; background: var(--sea); }" +
    ".live > .map { position: absolute; inset: 0; }" +
    ".live > .map:focus-visible { outline: 3px solid var(--focus); outline-offset: -3px; }" +
    ".waiting { position: absolute; inset: 0; display: grid; place-content: center; gap: 8px; z-index: 2000;" +
    " font: 14px/1.5 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; color: var(--ink); text-align: center; }" +
    ".waiting:empty { display: none; } .waiting button { font: inherit; padding: 4px 14px; cursor: pointer; }";
  box.append(words);
  root.append(own, box);
  return { root, box, words, wanted: null, shown: null, busy: false, gone: false };
};

const say = (place, text, again) => {
  place.words.replaceChildren(...(text ? [document.createTextNode(text)] : []));
  if (!again) return;
  const button = document.createElement("button");
  button.textContent = again;
  button.onclick = () => keep(place);
  place.words.append(button);
};

const take = (place) => {
  place.shown?.drawing.remove();
  place.shown?.map.remove();
  place.shown?.box.remove();
  place.shown = null;
};

const draw = (place, doc, wanted) => {
  const before = place.shown;
  const view = before && before.view === wanted.view ? [before.map.getCenter(), before.map.getZoom()] : null;
  take(place);
  const box = document.createElement("div");
  box.className = "map";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", wanted.words.alt);
  place.box.prepend(box);
  const map = newMap(box);
  const choose = (id) => place.tell("chosen", id);
  const drawing = drawMap(map, doc, { choose: wanted.chooses ? choose : null, words: wanted.words, view });
  place.shown = { address: wanted.address, view: wanted.view, box, map, drawing };
};

// Brings what is shown to what is wanted; asked again meanwhile, it goes on until both are one.
const keep = async (place) => {
  if (place.busy) return;
  place.busy = true;
  try {
    while (!place.gone && place.shown?.address !== place.wanted.address) {
      const wanted = place.wanted;
      if (!place.shown) say(place, wanted.words.loading);
      const [doc] = await Promise.all([
        fetched(wanted.address),
        script(wanted.assets["leaflet.js"]).then(() => script(wanted.assets["draw.js"])),
        (place.styled ??= sheet(place.root, wanted.assets["map.css"])),
      ]);
      if (place.gone || wanted.address !== place.wanted.address) continue;
      draw(place, doc, wanted);
      say(place, "");
    }
    place.shown?.drawing.show(place.wanted.chosen);
  } catch (problem) {
    place.styled = null;
    if (!place.gone) say(place, place.wanted.words.failed, place.wanted.words.again);
  } finally {
    place.busy = false;
  }
};

export default function ({ parentElement, data, setTriggerValue }) {
  let place = kept.get(parentElement);
  if (!place) kept.set(parentElement, (place = begin(parentElement)));
  place.gone = false;
  place.wanted = data;
  place.tell = setTriggerValue;
  place.box.style.height = `${data.height}px`;
  keep(place);
  return () => {
    place.gone = true;
    take(place);
    parentElement.replaceChildren();
    kept.delete(parentElement);
  };
}
