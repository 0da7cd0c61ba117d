// The staff's front door in the browser. Every page reads and submits without it.
import "htmx.org";

import "./answer.js";
import "./answers.js";
import "./attach.js";
import "./board.js";
import "./calendar.js";
import "./count.js";
import "./draft.js";
import "./insert.js";
import "./parts.js";
import "./keys.js";
import "./lines.js";
import "./measure.js";
import "./mention.js";
import "./palette.js";
import "./pick.js";
import "./poll.js";
import "./theme.js";
import "./toast.js";
