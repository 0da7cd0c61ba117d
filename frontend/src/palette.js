// Command palette: commands of this screen first, then what was open last, places, and what the server finds.
import { keep, recall } from "./store.js";

const palette = document.getElementById("palette");
const field = palette?.querySelector("input[type=search]");
const found = palette?.querySelector("[data-group=found]");
const nothing = palette?.querySelector(".none");
const slug = location.pathname.match(/^\/w\/([^/]+)\//)?.[1];
const memory = `recent:${slug}`;
const REMEMBERED = 8;

const links = () => [...palette.querySelectorAll("a")].filter((link) => link.offsetParent);

const mark = (index) => {
  const all = links();
  const at = Math.min(all.length - 1, Math.max(0, index));
  all.forEach((link, place) => link.classList.toggle("on", place === at));
  all[at]?.scrollIntoView({ block: "nearest" });
};

const marked = () => links().findIndex((link) => link.classList.contains("on"));

const narrow = (text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of palette.querySelectorAll("section:not([data-group=found])")) {
    let shown = 0;
    for (const item of group.querySelectorAll("li")) {
      // Screens below the menu come up when somebody types for them.
      const isQuiet = words.length === 0 && item.dataset.typed !== undefined;
      item.hidden = isQuiet || !words.every((word) => item.textContent.toLowerCase().includes(word));
      shown += item.hidden ? 0 : 1;
    }
    group.hidden = shown === 0;
  }
  settle();
};

const settle = () => {
  nothing.hidden = links().length > 0 || !field.value;
  mark(0);
};

let asking;
let pause;
const ask = (text) => {
  clearTimeout(pause);
  asking?.abort();
  if (!palette.dataset.find || text.trim().length < 2) {
    found.replaceChildren();
    return settle();
  }
  pause = setTimeout(async () => {
    asking = new AbortController();
    try {
      const address = `${palette.dataset.find}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) return;
      found.innerHTML = await answer.text();
      settle();
    } catch (error) {
      if (error.name !== "AbortError") found.replaceChildren();
    }
  }, 150);
};

const showRecent = () => {
  const group = palette.querySelector("[data-group=recent]");
  const items = (recall(memory) ?? []).filter((page) => page.url !== location.pathname).map((page) => {
    const link = Object.assign(document.createElement("a"), { href: page.url, textContent: page.title });
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  group.querySelector("ul").replaceChildren(...items);
};

export const openPalette = () => {
  if (!palette || palette.open) return;
  showRecent();
  field.value = "";
  found.replaceChildren();
  palette.showModal();
  narrow("");
};

// Only single things are worth finding again: the menu itself lists the screens.
const remember = () => {
  const isThing = location.pathname.split("/").filter(Boolean).length > 3;
  const title = document.title.split(" · ")[0];
  if (!slug || !isThing || !document.querySelector("main h1")) return;
  const others = (recall(memory) ?? []).filter((page) => page.url !== location.pathname);
  keep(memory, [{ url: location.pathname, title }, ...others].slice(0, REMEMBERED));
};

const onKey = (event) => {
  if (event.key === "ArrowDown") mark(marked() + 1);
  else if (event.key === "ArrowUp") mark(marked() - 1);
  else if (event.key === "Escape") palette.close(); // a search field would only empty itself
  else if (event.key === "Enter" && event.target === field) links()[marked()]?.click();
  else return;
  event.preventDefault();
};

if (palette) {
  palette.addEventListener("keydown", onKey);
  palette.addEventListener("click", (event) => {
    if (event.target === palette || event.target.closest("a")) palette.close();
  });
  field.addEventListener("input", () => {
    narrow(field.value);
    ask(field.value);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-open="palette"]')) return;
    event.preventDefault();
    openPalette();
  });
  remember();
}
