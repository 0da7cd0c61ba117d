// Small memories of this browser. They hold names and unsent words, so logging out forgets them all.
const PREFIX = "allmende.";

export const recall = (name) => {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
};

export const keep = (name, value) => {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs comfort, never work.
  }
};

export const forget = (name) => {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // See above.
  }
};

export const names = (start) => {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(PREFIX + start))
      .map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
};

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget]")) names("").forEach(forget);
});
