// A text's length where signs have weights (twitter-text, configuration 3), as `allmende/domain/weighing.py` finds it.
const LINK = 23;
const LIGHT = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}_\-]{0,61}[\p{L}\p{N}])?`;
const NAMED = "(?:[a-z]{2}|com|net|org|edu|gov|info|biz|app|dev|blog|shop|online|news|social|berlin|hamburg|koeln|wien|tirol|swiss)";
const PATH = String.raw`[^\s<>"“”„\u202a-\u202e\u2066-\u2069]*`;
const ADDRESS = new RegExp(
  String.raw`https?:\/\/(?:${LABEL}\.)+\p{L}{2,63}(?::\d{1,5})?(?:[\/?#]${PATH})?` +
    String.raw`|(?<![\p{L}\p{N}_@.$#\/\-])(?:${LABEL}\.)+${NAMED}(?![\p{L}\p{N}_@\-]|\.[\p{L}\p{N}_])(?::\d{1,5})?(?:\/${PATH})?`,
  "giu",
);
const END = /[.,;:!?'’)\]}…]+$/u;
const PART = String.raw`(?:[\u{1f000}-\u{1faff}\u231a-\u27bf\u2934-\u2b55\u3030\u303d\u3297\u3299]|[\u00a9\u00ae\u203c\u2049\u2122\u2139-\u21aa](?=\ufe0f))`;
const EMOJI = new RegExp(
  String.raw`[0-9#*]\ufe0f?\u20e3|[\u{1f1e6}-\u{1f1ff}]{2}` +
    String.raw`|${PART}[\ufe0e\ufe0f]?[\u{1f3fb}-\u{1f3ff}]?[\u{e0020}-\u{e007f}]*` +
    String.raw`(?:\u200d(?:${PART}|[\u2640\u2642])[\ufe0e\ufe0f]?[\u{1f3fb}-\u{1f3ff}]?)*`,
  "gu",
);

// Names longer than a name may be, also as it is written for machines, lead nowhere.
const isHost = (address) => {
  try {
    const { hostname } = new URL(/^https?:/i.test(address) ? address : `https://${address}`);
    return hostname.length <= 253 && hostname.split(".").every((label) => label.length <= 63);
  } catch {
    return false;
  }
};

const weight = (letter) => (LIGHT.some(([low, high]) => low <= letter.codePointAt() && letter.codePointAt() <= high) ? 1 : 2);

export const weightOf = (text) => {
  let total = 0;
  const bare = text.replace(ADDRESS, (found) => {
    const address = found.replace(END, "");
    if (!isHost(address)) return found;
    total += LINK - 1;
    return `\n${found.slice(address.length)}`;
  });
  const rest = bare.replace(EMOJI, () => {
    total += 2;
    return "";
  });
  return [...rest].reduce((sum, letter) => sum + weight(letter), total);
};
