// Light, dark, or as the device: at once here, and kept on the server for the next page and the next device.
const root = document.documentElement;
const darkDevice = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : darkDevice.matches);

const apply = (theme) => {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll('[data-theme-form] button[aria-pressed]')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]")) return;
  event.preventDefault();
  const button = event.submitter;
  const theme = button?.hasAttribute("data-theme-switch") ? (isDark() ? "light" : "dark") : button?.value;
  if (!theme) return;
  apply(theme);
  const body = new FormData(form);
  body.set("theme", theme);
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => {});
});
