extension PageFile {
    /// Parts of the page, and numbers as text.
    static let elements = script(
        #"""
        // Parts of the page, and numbers as text. Text from outside becomes text nodes and nothing else.

        /** Makes an element of HTML. */
        export function element(name, attributes = {}, ...children) {
          return filled(document.createElement(name), attributes, children);
        }

        /** Makes an element of SVG. */
        export function drawing(name, attributes = {}, ...children) {
          return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
        }

        function filled(node, attributes, children) {
          for (const [name, value] of Object.entries(attributes)) {
            if (value === true) node.setAttribute(name, "");
            else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
          }
          node.append(...children);
          return node;
        }

        /** Replaces text where it is another, so that nothing is told twice. */
        export function say(node, text) {
          if (node.textContent !== text) node.textContent = text;
        }

        /**
         * Makes a table that scrolls in a region of its own where it is too wide.
         *
         * @param caption What the table is.
         * @param head Headings of the columns; the first column heads the rows.
         * @param rows Texts or nodes.
         */
        export function table(caption, head, rows) {
          const body = rows.map((row) =>
            element("tr", {}, ...row.map((cell, index) => element(index ? "td" : "th", index ? {} : { scope: "row" }, cell ?? "")))
          );
          return element(
            "div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
            element(
              "table", {},
              element("caption", {}, caption),
              element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
              element("tbody", {}, ...body)
            )
          );
        }

        /** Pairs of a name and a value, each changed where it stands. */
        export class Facts {
          /** @param wide Names whose values are too long for a column. */
          constructor(wide = []) {
            this.wide = wide;
            this.node = element("dl", { class: "facts" });
            this.entries = new Map();
          }

          /** Sets values by name; one without a value goes. */
          set(values) {
            for (const [name, value] of Object.entries(values)) {
              let entry = this.entries.get(name);
              if (!entry) {
                entry = element("div", { class: this.wide.includes(name) ? "wide" : null }, element("dt", {}, name), element("dd"));
                this.entries.set(name, entry);
                this.node.append(entry);
              }
              entry.hidden = value === undefined || value === null || value === "";
              say(entry.lastChild, entry.hidden ? "" : String(value));
            }
          }
        }

        /** A number with as many digits as people want; large ones in groups. */
        export function number(value) {
          if (value === null || value === undefined) return "";
          if (typeof value === "string") return value;
          const size = Math.abs(value);
          if (Number.isInteger(value) || size >= 1000) return Math.round(value).toLocaleString("en");
          return String(Number(value.toPrecision(4)));
        }

        /** A length of time in words. */
        export function duration(seconds) {
          if (seconds === null || seconds === undefined) return "";
          if (seconds < 10) return `${seconds.toFixed(1)} s`;
          const whole = Math.round(seconds);
          const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
          if (hours) return `${hours} h ${minutes} min`;
          return minutes ? `${minutes} min ${rest} s` : `${rest} s`;
        }

        """#
    )
}
