// A squad's day on a phone without a network. Words come from the card as text and are never read as HTML.
"use strict";

const card = JSON.parse(document.getElementById("card").textContent);
const main = document.getElementById("main");
const utf8 = new TextEncoder();
const words = card.words;

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const text64 = (data) => btoa(Array.from(new Uint8Array(data), (byte) => String.fromCharCode(byte)).join(""));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const present = (children) => children.filter((child) => child !== null && child !== undefined && child !== "");

const node = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  made.append(...present(children));
  return made;
};

const show = (...children) => main.replaceChildren(...present(children));

// ---- keys: one from the passphrase, and one of its own for each purpose (PBKDF2, HKDF, AES-GCM)

const keysOf = async (passphrase) => {
  const typed = await crypto.subtle.importKey("raw", utf8.encode(passphrase), "PBKDF2", false, ["deriveBits"]);
  const pbkdf2 = { name: "PBKDF2", hash: "SHA-256", salt: bytes(card.salt), iterations: card.iterations };
  const master = await crypto.subtle.importKey("raw", await crypto.subtle.deriveBits(pbkdf2, typed, 256), "HKDF", false, ["deriveKey"]);
  const key = (purpose) =>
    crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(purpose) },
      master, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
    );
  return { content: await key(card.purposes.content), kept: await key(card.purposes.kept), outcomes: await key(card.purposes.outcomes) };
};

const open = async (key, iv, data, about) =>
  new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: about }, key, data));

const seal = async (key, plain, about) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: about }, key, plain);
  return [iv, new Uint8Array(data)];
};

// ---- what was recorded stays in this phone's storage, sealed

const place = `planner.outcomes.${card.facts.card}`;
const newest = `planner.newest.${card.facts.squad}.${card.facts.day}`;
let keys, day, over = false, rows = [];
const sent = new Set();

const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); return true; } catch { return false; } };

// What is stored comes first: another window of this card may have recorded since.
const recall = async () => {
  const kept = stored(place);
  if (!kept) return;
  const data = bytes(kept);
  const told = JSON.parse(new TextDecoder().decode(await open(keys.kept, data.slice(0, 12), data.slice(12), utf8.encode(place))));
  const known = new Set(told.rows.map((row) => row.id));
  rows = [...told.rows, ...rows.filter((row) => !known.has(row.id))];
  told.sent.forEach((id) => sent.add(id));
};

const keep = async () => {
  const [iv, data] = await seal(keys.kept, utf8.encode(JSON.stringify({ rows, sent: [...sent] })), utf8.encode(place));
  return store(place, text64([...iv, ...data]));
};

// What cannot be read is put aside, not written over.
const recalled = async () => {
  try { await recall(); return true; } catch { store(`${place}.unread`, stored(place)); return false; }
};

const superseded = () => {
  const known = JSON.parse(stored(newest) || "null");
  if (!known || known.issued < card.facts.issued) store(newest, JSON.stringify({ issued: card.facts.issued, card: card.facts.card }));
  return known && known.issued > card.facts.issued;
};

const expired = () => Date.now() > Date.parse(card.facts.expires);

// ---- the day

const standing = (visit) => {
  const mine = rows.filter((row) => row.visit === visit);
  return mine.length ? mine[mine.length - 1] : null;
};

const now = () => {
  const at = new Date();
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, "0")).join("-") +
    "T" + [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
};

const nextBoats = (ferry) => {
  const at = new Date(), minute = at.getHours() * 60 + at.getMinutes();
  const today = now().startsWith(card.facts.day);
  const left = ferry.back.filter((boat) => boat.minute >= (today ? minute : 0)).map((boat) => boat.clock);
  return fill(words.boats, { name: ferry.name, next: left.slice(0, 3).join("、") || "—", last: ferry.last });
};

const tags = (visit, row) => {
  const made = visit.papers.map((paper) => node("span", { class: paper.ready ? "tag good" : "tag warn" }, paper.words));
  if (row) made.push(node("span", { class: "tag good" }, "✓ " + row.kinds.map((kind) => card.outcomes[kind]).join("、") + (row.paid ? ` ${row.paid} ${words.yuan}` : "")));
  return made;
};

const visitCard = (visit) => {
  const row = standing(visit.id);
  const form = node("div", { hidden: true });
  const toggle = () => { form.hidden = !form.hidden; if (!form.hidden) form.replaceChildren(outcomeForm(visit)); };
  return node("article", { id: `v${visit.order}`, class: row ? "done" : "" },
    node("h2", {}, node("span", {}, `${visit.order}　${visit.time}`), node("span", { class: "soft" }, visit.purpose)),
    node("p", { class: "soft" }, visit.place),
    node("p", { class: "who" }, visit.debtor),
    node("p", {}, visit.address),
    node("p", {}, ...tags(visit, row)),
    node("p", { class: "soft" }, visit.facts),
    node("p", {}, visit.approach),
    ...visit.calls.map((call) => node("p", {}, `${call.words} `, call.phone ? node("a", { href: `tel:${call.phone}` }, call.phone) : "")),
    node("div", { class: "row" },
      visit.phone ? node("a", { class: "button", href: `tel:${visit.phone}` }, words.call) : null,
      node("a", { class: "button", href: `geo:${visit.at}?q=${visit.at}` }, words.navigate),
      node("button", { type: "button", class: row ? "" : "main", onclick: toggle }, row ? words.correct : words.record)),
    form);
};

const outcomeForm = (visit) => {
  const problem = node("p", { class: "note stop", hidden: true, role: "alert" });
  const field = (name, type, value, mode) => node("label", {}, words[name], node("input", { name, type, value, inputmode: mode || null, autocomplete: "off" }));
  const form = node("form", {},
    node("fieldset", { class: "kinds" }, ...Object.entries(card.outcomes).map(([kind, told]) =>
      node("label", {}, node("input", { type: "checkbox", name: "kind", value: kind }), node("span", {}, told)))),
    field("paid", "text", "", "decimal"), field("fine", "text", "", "decimal"),
    node("label", {}, words.next, node("select", { name: "next" }, ...Object.entries(card.next).map(([step, told]) => node("option", { value: step }, told)))),
    node("label", {}, words.note, node("textarea", { name: "note", rows: "3", maxlength: "2000" })),
    field("when", "datetime-local", now()),
    problem,
    node("div", { class: "row" }, node("button", { type: "submit", class: "main" }, words.save)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = new FormData(form), kinds = told.getAll("kind");
    if (!kinds.length) { problem.textContent = words.no_kind; problem.hidden = false; return; }
    await recalled();
    const before = standing(visit.id);
    rows.push({
      id: crypto.randomUUID ? crypto.randomUUID() : text64(crypto.getRandomValues(new Uint8Array(18))),
      visit: visit.id, kinds, happened: told.get("when"), paid: told.get("paid").trim(), fine: told.get("fine").trim(),
      next: told.get("next"), note: told.get("note"), corrects: before ? before.id : null,
    });
    draw("", (await keep()) ? "" : words.not_kept);
    document.getElementById(`v${visit.order}`).scrollIntoView();
  });
  return form;
};

const drawing = () => {
  const svg = document.importNode(new DOMParser().parseFromString(day.map, "image/svg+xml").documentElement, true);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.map);
  svg.querySelectorAll("g[data-visit]").forEach((mark) =>
    mark.addEventListener("click", () => document.getElementById(`v${mark.dataset.visit}`).scrollIntoView({ behavior: "smooth" })));
  let zoom = 1;
  const scale = (by) => { zoom = Math.min(5, Math.max(1, zoom * by)); svg.style.width = `${100 * zoom}%`; };
  return [node("div", { class: "map", tabindex: "0" }, svg),
    node("div", { class: "row" }, node("button", { type: "button", onclick: () => scale(1.5) }, words.nearer), node("button", { type: "button", onclick: () => scale(1 / 1.5) }, words.farther)),
    node("p", { class: "soft" }, words.map_note)];
};

// ---- the file to bring back

const outcomeFile = async () => {
  const head = utf8.encode(card.magic + card.facts.card);
  const [iv, data] = await seal(keys.outcomes, utf8.encode(JSON.stringify({ rows })), head);
  return new Uint8Array([...head, ...iv, ...data]);
};

const saveFile = async () => {
  await recalled();
  const link = node("a", { download: card.facts.file, href: URL.createObjectURL(new Blob([await outcomeFile()])) });
  link.click();
  rows.forEach((row) => sent.add(row.id));
  await keep();
  draw(fill(words.saved, { count: rows.length }));
};

const showText = async () => {
  const code = node("textarea", { class: "code", readonly: true, "aria-label": words.copy });
  code.value = text64(await outcomeFile());
  document.getElementById("code").replaceChildren(node("p", {}, words.copy_how), code);
  code.select();
};

const bar = () => {
  const waiting = rows.filter((row) => !sent.has(row.id)).length;
  return node("div", { class: "bar" },
    node("div", { class: "row" },
      node("button", { type: "button", class: "main", disabled: !rows.length, onclick: saveFile }, fill(words.bring_back, { count: waiting })),
      node("button", { type: "button", disabled: !rows.length, onclick: showText }, words.copy)));
};

const draw = (said, warned) => {
  const old = superseded();
  over = expired();
  const done = new Set(rows.map((row) => row.visit)).size;
  show(
    node("h1", {}, day.title),
    said ? node("p", { class: "note good", role: "status" }, said) : null,
    warned ? node("p", { class: "note stop", role: "alert" }, warned) : null,
    old ? node("p", { class: "note stop", role: "alert" }, words.superseded) : null,
    over ? node("p", { class: "note stop", role: "alert" }, words.expired) : null,
    node("p", {}, fill(words.progress, { done, of: day.visits.length })),
    ...(over ? [] : [
      node("p", { class: "soft" }, day.lead),
      day.ferry ? node("p", { class: "note" }, nextBoats(day.ferry)) : null,
      ...drawing(),
      ...day.visits.map(visitCard),
    ]),
    node("div", { id: "code" }),
    node("p", { class: "soft" }, words.private),
    bar(),
  );
};

// A card that is left open shows nobody either once its day is over.
const closeInTime = () => { if (day && !over && expired()) draw(""); };
setInterval(closeInTime, 20_000);
document.addEventListener("visibilitychange", closeInTime);

// ---- the lock

const lock = (said) => {
  const field = node("input", { name: "passphrase", inputmode: "numeric", autocomplete: "off", autofocus: true, "aria-label": words.passphrase, placeholder: "0000 0000 0000 0000" });
  const button = node("button", { type: "submit", class: "main" }, words.unlock);
  const form = node("form", {}, node("label", {}, words.passphrase, field), node("div", { class: "row" }, button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = words.opening;
    try {
      keys = await keysOf(field.value.replace(/\D/g, ""));
      const plain = await open(keys.content, bytes(card.iv), bytes(card.data), utf8.encode(JSON.stringify(card.facts)));
      day = JSON.parse(new TextDecoder().decode(plain));
    } catch { lock(words.wrong); return; }
    draw("", (await recalled()) ? "" : words.not_recalled);
  });
  show(
    node("h1", {}, card.title),
    said ? node("p", { class: "note stop", role: "alert" }, said) : null,
    superseded() ? node("p", { class: "note stop", role: "alert" }, words.superseded) : null,
    form,
    node("p", { class: "soft" }, words.lock_note));
  field.focus();
};

if (window.crypto && crypto.subtle) lock("");
else show(node("h1", {}, card.title), node("p", { class: "note stop" }, words.no_crypto));
