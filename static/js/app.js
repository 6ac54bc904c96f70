// Everything the pages can do beyond plain forms and links. One file per behaviour; each listens on the document,
// so that whatever htmx brings in later works without being told.
import "./busy.js";
import "./clock.js";
import "./composer.js";
import "./confirm.js";
import "./copy.js";
import "./counter.js";
import "./dialog.js";
import "./draft.js";
import "./errors.js";
import "./fill.js";
import "./filters.js";
import "./keys.js";
import "./live.js";
import "./menu.js";
import "./rail.js";
import "./theme.js";
import "./times.js";
import "./toast.js";
import "./topics.js";
import "./uploader.js";
import "./charts.js";
