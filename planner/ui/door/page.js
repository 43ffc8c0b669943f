// Runs before Streamlit does: which colours it shall take, and what its pages lack for people who do not see them well
// or use no mouse. Streamlit reads window.__streamlit and its stored choice of a theme when it starts.
(() => {
  "use strict";
  const root = document.documentElement;
  const own = document.currentScript.dataset;
  const themes = JSON.parse(own.themes);
  const words = JSON.parse(own.words);
  const wants = (feature) => window.matchMedia(`(${feature})`).matches;
  const look = root.dataset.look;
  const contrast = look === "contrast" || (look === "auto" && wants("prefers-contrast: more"));
  window.__streamlit = {
    LIGHT_THEME: themes[contrast ? "contrast_light" : "light"],
    DARK_THEME: themes[contrast ? "contrast_dark" : "dark"],
  };
  const choice = { light: "Light", dark: "Dark" }[look] ?? "System";
  localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify(choice));

  // Streamlit tells no language, speaks English, lists links in what is no list, and names neither charts nor grids.
  const set = (element, name, value) => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  const every = (selector, change) => document.querySelectorAll(selector).forEach(change);
  const language = () => document.querySelector("[data-page-language]")?.dataset.pageLanguage ?? root.lang;

  // Paper is light: what is drawn for a dark page is turned round there.
  function tone() {
    const page = document.querySelector('[data-testid="stApp"]');
    const ground = page && getComputedStyle(page).backgroundColor.match(/\d+/g);
    return ground && ground.slice(0, 3).reduce((sum, part) => sum + Number(part), 0) < 384 ? "dark" : "light";
  }

  function mend() {
    set(root, "lang", language());
    set(root, "data-tone", tone());
    const say = words[root.lang] ?? words["zh-CN"];
    every('[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] li', (e) => set(e, "role", "none"));
    every('[data-testid="stSidebarNavLink"]', (link) => {
      if (link.pathname === location.pathname) set(link, "aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    every('[data-testid="stSidebarNav"]', (e) => set(e, "aria-label", say.navigation));
    every('[data-testid="stProgress"]', (e) => set(e, "aria-live", "polite"));
    every("[data-testid=stVegaLiteChart]:not([aria-label])", (e) => {
      set(e, "role", "group");
      set(e, "aria-label", say.chart + heading(e));
    });
    every('[data-testid="stVegaLiteChart"] [role="graphics-symbol"]:not([aria-label])', (e) => set(e, "aria-hidden", "true"));
    every('[data-testid="stDataFrame"]', (e) => {
      set(e, "role", "group");
      set(e, "aria-label", say.table + heading(e));
    });
    every('[data-testid="stSkipToContent"]', (e) => {
      if (e.textContent !== say.skip) e.textContent = say.skip;
    });
    every('[data-testid="stIconMaterial"]', (e) => set(e, "aria-hidden", "true"));
    for (const name of say.mended.split(" ")) {
      const told = Object.values(words).map((one) => `[aria-label="${one[name]}"]`);
      every(told.join(), (e) => set(e, "aria-label", say[name]));
    }
  }

  // The last heading or bold line before an element says what it shows.
  function heading(element) {
    let last = "";
    for (const one of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      if (one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) last = one.textContent.trim();
    }
    return last;
  }

  // Streamlit adds a step to go back for every change of an address. Filling in what is shown anyway is none.
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const to = new URL(url ?? location.href, location.href);
    const fills = to.pathname === location.pathname && [...new URLSearchParams(location.search)].every(
      ([name, value]) => to.searchParams.get(name) === value,
    );
    if (fills) history.replaceState(state, title, url);
    else push(state, title, url);
  };

  // A frame that goes to another map would add a step of its own, which the way back stumbles over.
  HTMLIFrameElement.prototype.setAttribute = function (name, value) {
    const goesOn = name === "src" && this.isConnected && this.contentWindow && this.hasAttribute("src");
    if (goesOn) this.contentWindow.location.replace(value);
    else Element.prototype.setAttribute.call(this, name, value);
  };

  // Copying needs https or this machine; elsewhere the old way.
  async function copy(text) {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("copy");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.copy");
    if (!button) return;
    const say = words[root.lang];
    copy(location.href).then(() => tell(say.copied), () => tell(say.not_copied));
  });

  // A line that is read out, and seen for a while.
  const line = document.createElement("div");
  line.className = "told-aloud";
  line.setAttribute("role", "status");
  let fading = 0;
  function tell(text) {
    line.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => line.replaceChildren(), 4000);
  }

  let waiting = false;
  function soon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(line);
    mend();
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  });
})();
