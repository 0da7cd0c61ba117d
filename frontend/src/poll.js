// [data-poll="address"] asks again every data-poll-every seconds; unchanged answers cost a 304, changed ones are morphed in.
import htmx from "htmx.org";

const SLOWEST = 60_000;

const watch = (place) => {
  const usual = (Number(place.dataset.pollEvery) || 10) * 1000;
  let wait = usual;
  let tag = place.dataset.pollTag ?? "";
  let timer;

  const look = async () => {
    clearTimeout(timer);
    if (!place.isConnected) return;
    if (!document.hidden) await fetchOnce();
    timer = setTimeout(look, wait);
  };

  const fetchOnce = async () => {
    try {
      const headers = { "HX-Request": "true", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(place.dataset.poll, { headers, cache: "no-store" });
      if (answer.redirected || (!answer.ok && answer.status !== 304)) throw new Error(String(answer.status));
      wait = usual;
      if (answer.status === 304) return;
      tag = answer.headers.get("ETag") ?? "";
      await htmx.swap({ text: await answer.text(), target: place, sourceElement: place, swap: "innerMorph" });
    } catch {
      wait = Math.min(SLOWEST, wait * 2);
    }
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  timer = setTimeout(look, usual);
};

document.querySelectorAll("[data-poll]").forEach(watch);
