extension PageFile {
    /// Runs side by side.
    static let comparison = script(
        #"""
        // Runs side by side: the settings in which they differ, and what came out.

        import { object } from "./source.js";
        import { element, table } from "./elements.js";

        export class Comparison {
          constructor(section) {
            this.body = element("div");
            section.append(this.body);
          }

          async show(runs) {
            const version = runs.map((run) => `${run.folder} ${run.state} ${run.versions.outcome}`).join("\n");
            if (this.version === version) return;
            this.version = version;
            const it = await object("/api/comparison");
            const part = (caption, kind, rows) =>
              table(caption, [kind, ...it.names], rows.map((row) => [row.name, ...row.values.map((value) => value || "–")]));
            this.body.replaceChildren(
              ...(it.warning ? [element("p", { class: "warning" }, it.warning)] : []),
              part("What came out", "Figure", it.results),
              it.settings.length
                ? part("Settings in which they differ", "Setting", it.settings)
                : element("p", {}, "They do not differ in any setting that a result depends on.")
            );
          }
        }

        """#
    )
}
