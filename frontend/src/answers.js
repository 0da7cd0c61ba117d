// What happens when the server refuses or is silent: the page stays as it is and says so.
import { showToast } from "./toast.js";

const say = (name) => showToast(document.body.dataset[name] ?? "", { isBad: true });

document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx.response.raw.status;
  if (status >= 500) say("failed");
  else if (status !== 422 && status !== 409) say("refused");
});
document.addEventListener("htmx:error", () => say("failed"));

// A session that ended answers every fragment with the log-in page: show it whole, not inside a list.
document.addEventListener("htmx:before:swap", (event) => {
  const raw = event.detail.ctx?.response?.raw;
  if (!raw?.redirected || !new URL(raw.url).pathname.startsWith("/account/")) return;
  event.preventDefault();
  location.reload();
});
