// Draws one document (see planner/files/maps/offline.py) on a Leaflet map, in a saved file and live in a page. Every
// word of it is set as text, never as HTML.
"use strict";

const NUMBERS_FROM = 11.5;
const WIDE = 700;

const LIT = "#10202c";

// A live page's map; folium makes that of a saved file with the same options.
const newMap = (box) =>
  L.map(box, { maxZoom: 18, zoomSnap: 0.25, attributionControl: false, renderer: L.canvas({ padding: 0.35 }) });

// live: { choose(id) or null, words, view: [centre, zoom] to stay at or null }. Gives { show(id or null), remove() }.
const drawMap = (map, doc, live = {}) => {
  const node = (tag, name, words) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (words !== undefined) made.textContent = words;
    return made;
  };

  const told = (lines) => {
    const box = node("div", "told");
    lines.forEach((line, at) => box.append(node("div", at ? "" : "head", line)));
    return box;
  };

  const icon = (name, words, style) => {
    const face = node("span", name, words);
    Object.assign(face.style, style || {});
    return L.divIcon({ html: face, className: "face", iconSize: null });
  };

  // A kind of thing -> the Leaflet layers that show it.
  const shapes = {
    area: (thing) => [L.geoJSON(thing.geometry, { style: thing.style })],
    circle: (thing) => [L.circle(thing.at, { radius: thing.metres, ...thing.style })],
    dots: (thing) =>
      thing.rows.map(([lat, lon, radius, text]) =>
        L.circleMarker([lat, lon], { radius, ...thing.style }).bindTooltip(() => told(thing.texts[text])),
      ),
    label: (thing) => [L.marker(thing.at, { icon: icon(`label ${thing.form}`, thing.words), interactive: false, zIndexOffset: 1000 })],
    badge: (thing) => [
      L.marker(thing.at, { icon: icon(`badge ${thing.form}`, thing.words, { background: thing.colour, color: thing.ink }), keyboard: false, zIndexOffset: thing.top ? 2000 : 0 }),
    ],
    line: (thing) => [
      L.polyline(thing.path, { color: "#ffffff", weight: thing.style.weight + 4, opacity: 0.9, interactive: false }),
      L.polyline(thing.path, thing.style),
    ],
  };

  const choosable = new Map();
  const named = new Map();

  // What lights a thing, whatever it looks like: dark on white, for red says that it was chosen for a sweep.
  const edge = (color, weight) => ({ color, weight, opacity: 1, fill: false, interactive: false });
  const light = {
    area: (thing) => [edge("#ffffff", 8), edge(LIT, 4)].map((style) => L.geoJSON(thing.geometry, { style, interactive: false })),
    line: (thing) => [L.polyline(thing.path, { ...edge(LIT, thing.style.weight + 8), opacity: 0.4 })],
    badge: (thing) => [L.marker(thing.at, { icon: icon("lit", ""), interactive: false, zIndexOffset: 3000 })],
  };

  const offer = (thing, top) => {
    top.on("click", () => live.choose(thing.ids[0]));
    if (!named.has(thing.ids[0]) && thing.told) named.set(thing.ids[0], thing.told.slice(0, 2).join(" · "));
    for (const id of thing.ids) choosable.set(id, [...(choosable.get(id) || []), thing]);
  };

  const drawn = (thing) => {
    const layers = shapes[thing.kind](thing);
    const top = layers[layers.length - 1];
    if (live.choose && thing.ids && thing.ids.length) offer(thing, top);
    if (thing.told) top.bindTooltip(() => told(thing.told), { sticky: thing.kind === "area" });
    return layers;
  };

  const swatch = (entry) => {
    const row = node("div", "entry");
    const mark = node("i", entry.form);
    mark.style.setProperty("--colour", entry.colour);
    row.append(mark, node("span", "", entry.words));
    return row;
  };

  const scale = (bar) => {
    const box = node("div", "scale");
    const strip = node("div", "strip");
    strip.style.background = `linear-gradient(90deg, ${bar.colours.join(",")})`;
    const ends = node("div", "ends");
    ends.append(node("span", "", bar.low), node("span", "", bar.high));
    box.append(node("div", "", bar.words), strip, ends);
    return box;
  };

  const legend = (words) => {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => {
      const box = node("details", "legend");
      box.open = map.getSize().x > WIDE;
      box.append(node("summary", "", words.title));
      if (words.scale) box.append(scale(words.scale));
      box.append(...words.entries.map(swatch), ...words.notes.map((note) => node("p", "", note)));
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    return control;
  };

  // Leaflet's list of layers takes HTML.
  const safe = (words) => node("span", "", words).innerHTML;

  const choices = {};
  const extras = {};
  for (const layer of doc.layers) {
    const group = L.layerGroup(layer.things.flatMap(drawn));
    if (layer.show) group.addTo(map);
    if (layer.control === "choice") choices[safe(layer.name)] = group;
    if (layer.control === "toggle") extras[safe(layer.name)] = group;
  }
  if (Object.keys(choices).length + Object.keys(extras).length)
    L.control.layers(choices, extras, { collapsed: map.getSize().x < WIDE }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  legend(doc.legend).addTo(map);

  // The same choice by keyboard: a list of all that can be chosen.
  const list = () => {
    const control = L.control({ position: "topleft" });
    const pick = node("select", "pick");
    control.onAdd = () => {
      pick.setAttribute("aria-label", live.words.choose);
      pick.append(new Option(`${live.words.choose} ${live.words.nothing}`, ""));
      for (const [id, words] of named) pick.append(new Option(words, id));
      pick.onchange = () => live.choose(pick.value || null);
      L.DomEvent.disableClickPropagation(pick).disableScrollPropagation(pick);
      return pick;
    };
    control.addTo(map);
    return pick;
  };
  const pick = live.choose && named.size ? list() : null;

  const lit = L.layerGroup().addTo(map);
  const show = (id) => {
    lit.clearLayers();
    const things = choosable.get(id) || [];
    for (const thing of things) for (const mark of light[thing.kind](thing)) mark.addTo(lit);
    if (pick) pick.value = named.has(id) ? id : things.length ? things[0].ids[0] : "";
    const marks = lit.getLayers();
    if (!marks.length) return;
    const bounds = L.latLngBounds([]);
    marks.forEach((mark) => bounds.extend(mark.getBounds ? mark.getBounds() : mark.getLatLng()));
    if (!map.getBounds().intersects(bounds)) map.panTo(bounds.getCenter());
  };

  // Numbers of stops need room: from afar they are dots.
  const numbered = () => map.getContainer().classList.toggle("far", map.getZoom() < NUMBERS_FROM);
  map.on("zoomend", numbered);

  // A map made inside a hidden tab has no size yet: look again once it has.
  const fit = () => map.fitBounds(doc.bounds, { padding: [12, 12], animate: false });
  const look = () => {
    map.invalidateSize({ pan: false });
    if (live.view) map.setView(...live.view, { animate: false });
    else fit();
  };
  look();
  numbered();
  let seen = map.getSize().x > 0;
  const resized = new ResizeObserver(() => {
    if (seen) map.invalidateSize({ pan: false });
    else look();
    seen = seen || map.getSize().x > 0;
  });
  resized.observe(map.getContainer());
  return { show, remove: () => resized.disconnect() };
};
