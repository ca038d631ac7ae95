extension PageFile {
    /// The page of a sweep.
    static let sweepScript = script(
        #"""
        // A sweep: which setting is best, whether that is certain, and what says so.

        import { object, takeTokenFromAddress, TokenWanted, useToken } from "./source.js";
        import { drawing, element, number, say, table } from "./elements.js";

        const part = (id) => document.getElementById(id);
        /** As many curves as can be told apart with their bands. */
        const mostCurves = 6;
        const words = {
          best: "best", worse: "worse, certainly", undecided: "not told apart", equal: "equal on every seed",
          grows: "overloaded: its figure grows", dropped: "dropped at an earlier rung",
        };

        const heading = (figure) => (figure.unit ? `${figure.name} [${figure.unit}]` : figure.name);
        const chance = (value) => (value === undefined || value === null ? "–" : value < 0.001 ? "< 0.001" : value.toFixed(3));
        const between = (lower, upper) => (lower === undefined || lower === null ? "–" : `${number(lower)} … ${number(upper)}`);

        /** The least and the greatest, never the same, with a little room. */
        function range(values) {
          const [low, high] = [Math.min(...values), Math.max(...values)];
          const room = (high - low || Math.abs(high) || 1) * 0.06;
          return [low - room, high + room];
        }

        /** Means with their intervals, one below the other on one scale; a dot for each training seed. */
        function intervals(sweep, width) {
          const shown = sweep.settings.filter((setting) => setting.standing !== "dropped");
          const row = 34;
          const right = width - 16;
          const [low, high] = range(shown.flatMap((it) => [it.lower ?? it.mean, it.upper ?? it.mean, ...it.values]));
          const x = (value) => 16 + ((value - low) / (high - low)) * (right - 16);
          const height = shown.length * row + 34;
          const best = shown[0];
          const lines = shown.flatMap((setting, index) => {
            const y = index * row + 26;
            const look = setting.standing === "best" ? "line line-0" : setting.standing === "undecided" ? "line line-1" : "line line-5";
            return [
              drawing("text", { class: "tick", x: 16, y: y - 10 }, `${setting.name}: ${words[setting.standing]}`),
              ...(setting.lower === undefined || setting.lower === null ? [] : [
                drawing("line", { class: look, x1: x(setting.lower), x2: x(setting.upper), y1: y, y2: y })]),
              ...setting.values.map((value) => drawing("circle", { class: "cursor", fill: "none", cx: x(value), cy: y, r: 2.5 })),
              drawing("circle", { class: `dot ${look.split(" ")[1]}`, cx: x(setting.mean), cy: y, r: 5 }),
            ];
          });
          return drawing("svg", {
            class: "chart", role: "img", viewBox: `0 0 ${width} ${height}`, height,
            "aria-label": `${heading(sweep.figure)} of ${shown.length} settings with 95% intervals; the best, ${best.name}, has `
              + `${number(best.mean)}. The numbers are in the table below.`,
          }, drawing("line", { class: "cursor", x1: x(best.mean), x2: x(best.mean), y1: 6, y2: height - 30 }), ...lines,
          drawing("text", { class: "axis", x: 16, y: height - 6 }, number(low)),
          drawing("text", { class: "axis middle", x: (16 + right) / 2, y: height - 6 }, heading(sweep.figure)),
          drawing("text", { class: "axis end", x: right, y: height - 6 }, number(high)));
        }

        /** Learning curves in bands over the training seeds. */
        function curves(sweep, width) {
          const shown = sweep.curves.slice(0, mostCurves);
          const height = 320;
          const points = shown.flatMap((curve) => curve.points);
          const [low, high] = range(points.flatMap((it) => [it.lower ?? it.mean, it.upper ?? it.mean]));
          const last = Math.max(...points.map((it) => it.laneSteps));
          const x = (value) => 64 + (value / last) * (width - 80);
          const y = (value) => height - 40 - ((value - low) / (high - low)) * (height - 56);
          const at = (step, value) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`;
          const name = (curve) => sweep.settings.find((it) => it.number === curve.setting)?.name ?? "";
          const bands = shown.flatMap((curve, index) => {
            const banded = curve.points.filter((it) => it.lower !== undefined && it.lower !== null);
            if (!banded.length) return [];
            const edge = [...banded.map((it) => at(it.laneSteps, it.upper)), ...banded.map((it) => at(it.laneSteps, it.lower)).reverse()];
            return [drawing("polygon", { class: `dot line-${index}`, points: edge.join(" "), "fill-opacity": 0.12, "stroke-opacity": 0.3 })];
          });
          const lines = shown.map((curve, index) => drawing("polyline", {
            class: `line line-${index}`, points: curve.points.map((it) => at(it.laneSteps, it.mean)).join(" "),
          })).reverse();
          const scale = [low, (low + high) / 2, high].flatMap((value) => [
            drawing("line", { class: "grid", x1: 64, x2: width - 16, y1: y(value), y2: y(value) }),
            drawing("text", { class: "tick end", x: 58, y: y(value) + 4 }, number(value))]);
          const picture = drawing("svg", {
            class: "chart", role: "img", viewBox: `0 0 ${width} ${height}`, height,
            "aria-label": `${heading(sweep.figure)} over lane-steps of ${shown.length} settings, with bands over the training seeds. `
              + "The numbers are in the table below.",
          }, ...scale, ...bands, ...lines,
          drawing("text", { class: "axis end", x: width - 16, y: height - 6 }, `${number(last)} lane-steps`),
          drawing("text", { class: "axis", x: 8, y: 12 }, heading(sweep.figure)));
          const legend = element("ul", { class: "legend" }, ...shown.map((curve, index) => element("li", {},
            drawing("svg", { class: "sample", viewBox: "0 0 36 8", "aria-hidden": true },
              drawing("line", { x1: 0, y1: 4, x2: 36, y2: 4, class: `line line-${index}` })), " ", name(curve))));
          const steps = [...new Set(points.map((it) => it.laneSteps))].sort((one, other) => one - other);
          const numbers = table(`${heading(sweep.figure)} by lane-steps`, ["lane-steps", ...shown.map(name)], steps.map((step) => [
            number(step), ...shown.map((curve) => number(curve.points.find((it) => it.laneSteps === step)?.mean)),
          ]));
          const hidden = sweep.settings.length - shown.length;
          return [legend, picture, element("p", { class: "note" },
            "Each table on the way, evaluated without exploration; bands are 95% intervals over the training seeds."
            + (hidden > 0 ? ` The best ${shown.length} of ${sweep.settings.length} settings.` : "")),
          element("details", {}, element("summary", {}, "The numbers"), numbers)];
        }

        let sweep = null;

        function draw() {
          const width = Math.floor(part("main").clientWidth) - 32;
          if (!sweep || width < 100) return;
          say(part("title"), sweep.title);
          say(part("verdict"), sweep.verdict);
          part("verdict").dataset.state = sweep.isCertain ? "complete" : "interrupted";
          document.title = `${sweep.isCertain ? "Certain" : "Not certain"}: ${sweep.settings[0].name} – ShardQ`;
          const rows = sweep.settings.map((it) => [
            it.name, number(it.mean), between(it.lower, it.upper), `${number(it.worst)} (seed ${it.worstSeed})`,
            it.difference ? number(it.difference.mean) : "–",
            it.difference ? between(it.difference.lower, it.difference.upper) : "–", chance(it.difference?.corrected), words[it.standing],
          ]);
          part("settings").replaceChildren(intervals(sweep, width), element("p", { class: "note" },
            "Dots are training seeds, the large one is their mean, the line its 95% interval. p is the probability of chance of the "
            + "differences paired by training seed, corrected for the number of comparisons (Holm)."),
          table("Settings", ["Setting", heading(sweep.figure), "95% interval", "Worst seed", "From the best", "95% interval, paired",
            "p, corrected", "Standing"], rows));
          part("curves-part").hidden = !sweep.curves.length;
          if (sweep.curves.length) part("curves").replaceChildren(...curves(sweep, width));
          const name = (run) => sweep.settings.find((it) => it.number === run.setting)?.name ?? "";
          const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
          part("single").replaceChildren(table("Runs", ["Setting", "Training seed", "Lane-steps", heading(sweep.figure), "Table digest", "Folder"],
            sweep.runs.map((run) => [name(run), String(run.seed), number(run.steps), number(mean(run.values)), run.tableDigest.slice(0, 12), run.folder])));
        }

        async function begin() {
          try {
            const found = await object("/api/sweep");
            if (JSON.stringify(found) !== JSON.stringify(sweep)) {
              sweep = found;
              draw();
            }
            part("content").hidden = false;
            part("admission").hidden = true;
            say(part("connection"), "Connected.");
            draw();
          } catch (error) {
            if (error instanceof TokenWanted) {
              part("admission").hidden = false;
              say(part("connection"), "Not connected: a token is asked for.");
              return part("token").focus();
            }
            say(part("connection"), `Something was not to be had: ${error.message}`);
            setTimeout(begin, 2000);
          }
        }

        part("admission").addEventListener("submit", (event) => {
          event.preventDefault();
          useToken(part("token").value);
          begin();
        });
        new ResizeObserver(draw).observe(part("main"));
        takeTokenFromAddress();
        begin();

        """#
    )
}
