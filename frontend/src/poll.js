// [data-poll="address"] asks again every data-poll-every seconds; unchanged answers cost a 304, changed ones are morphed in.
// An empty address asks for this page and takes the same place out of it. Rows carry data-row: what is new there while
// somebody reads, picks or types here is announced ("2 new") and comes in when they say so; nothing jumps.
import htmx from "htmx.org";

const SLOWEST = 60_000;
const TYPING = "input, textarea, select, [contenteditable]";

const keysOf = (root) => [...root.querySelectorAll("[data-row]")].map((row) => row.dataset.row);

// The same place in an answer: the fragment itself, or cut out of the whole page.
const cut = (text, place) => {
  if (place.dataset.poll) return text;
  const page = new DOMParser().parseFromString(text, "text/html");
  const same = [...page.querySelectorAll("[data-poll='']")][[...document.querySelectorAll("[data-poll='']")].indexOf(place)];
  return same?.innerHTML ?? null;
};

const isBusy = (place, isMoved) => {
  const here = document.activeElement;
  if (place.matches(".dragging") || (place.contains(here) && here.matches(TYPING))) return true;
  if (place.querySelector("input:checked.tick, dialog[open], [popover]:popover-open, details[open] form, .dragging, .over")) return true;
  if (!isMoved) return false;
  return place.contains(here) || place.matches(":hover") || (place.closest(".scroll")?.scrollTop ?? scrollY) > 0;
};

const watch = (place) => {
  const usual = (Number(place.dataset.pollEvery) || 10) * 1000;
  let wait = usual;
  let tag = place.dataset.pollTag ?? "";
  let timer;
  let news;

  const look = async () => {
    clearTimeout(timer);
    if (!place.isConnected) return;
    if (!document.hidden) await fetchOnce();
    timer = setTimeout(look, wait);
  };

  const fetchOnce = async () => {
    try {
      const headers = { ...(place.dataset.poll && { "HX-Request": "true" }), ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(place.dataset.poll || location.href, { headers, cache: "no-store" });
      if (answer.redirected || (!answer.ok && answer.status !== 304)) throw new Error(String(answer.status));
      wait = usual;
      if (answer.status === 304) return;
      tag = answer.headers.get("ETag") ?? "";
      const text = cut(await answer.text(), place);
      if (text !== null) await receive(text);
    } catch {
      wait = Math.min(SLOWEST, wait * 2);
    }
  };

  const receive = async (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const [before, after] = [keysOf(place), keysOf(fresh)];
    const isMoved = before.some((key, at) => after[at] !== key); // what is only added at the end moves nothing
    if (isBusy(place, isMoved)) return announce(text, after.filter((key) => !before.includes(key)).length);
    await take(text);
  };

  const take = async (text) => {
    news?.remove();
    news = undefined;
    await htmx.swap({ text, target: place, sourceElement: place, swap: "innerMorph" });
  };

  const announce = (text, number) => {
    news ??= Object.assign(document.createElement("p"), { className: "news" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn" });
    const { news: some, changed } = document.body.dataset;
    button.textContent = number ? (some ?? "").replace("{n}", number.toLocaleString(document.documentElement.lang)) : changed;
    button.addEventListener("click", () => take(text));
    news.replaceChildren(button);
    if (!news.isConnected) place.before(news);
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  timer = setTimeout(look, usual);
};

document.querySelectorAll("[data-poll]").forEach(watch);

// [data-here="address"] tells colleagues that one is reading here, and shows who else is; whoever types in [data-typed] is
// said to write: at once when they begin, then as long as they go on.
const HERE_EVERY = 30_000;
const greet = (place) => {
  let typedAt = -Infinity;
  const tell = async (typing) => {
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
    const body = new URLSearchParams(typing && { typing });
    const answer = await fetch(place.dataset.here, { method: "POST", body, headers: { ...headers, "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) place.innerHTML = await answer.text();
  };
  const say = async () => {
    if (!place.isConnected) return;
    if (!document.hidden) await tell(performance.now() - typedAt < HERE_EVERY ? "still" : "");
    setTimeout(say, HERE_EVERY);
  };
  document.addEventListener("input", (event) => {
    if (!event.isTrusted || !event.target.closest?.("[data-typed]") || !place.isConnected) return;
    const isNew = performance.now() - typedAt > HERE_EVERY;
    typedAt = performance.now();
    if (isNew) tell("begun");
  });
  say();
};

document.querySelectorAll("[data-here]").forEach(greet);
