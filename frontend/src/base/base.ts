// What every page carries: htmx, keys, menus, drawers, toasts, questions before an act.

import "./parts/checks";
import "./parts/htmx";
import "./parts/keys";
import "./parts/openers";
import "./parts/printing";
import "./parts/questions";
import "./parts/rows";
import "./parts/toasts";
import "./parts/type_size";
