// Draws one document (see planner/files/leaflet.py) on a Leaflet map. Every word of it is set as text, never as HTML.
"use strict";

const NUMBERS_FROM = 11.5;
const WIDE = 700;

const drawMap = (map, doc) => {
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

  const drawn = (thing) => {
    const layers = shapes[thing.kind](thing);
    const top = layers[layers.length - 1];
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

  // Numbers of stops need room: from afar they are dots.
  const numbered = () => map.getContainer().classList.toggle("far", map.getZoom() < NUMBERS_FROM);
  map.on("zoomend", numbered);

  // A map made inside a hidden tab has no size yet: look again once it has.
  const look = () => map.invalidateSize({ pan: false }).fitBounds(doc.bounds, { padding: [12, 12], animate: false });
  look();
  numbered();
  let seen = map.getSize().x > 0;
  new ResizeObserver(() => {
    if (seen) map.invalidateSize({ pan: false });
    else look();
    seen = seen || map.getSize().x > 0;
  }).observe(map.getContainer());
};
