extension PageFile {
    /// Tables of the past, and the updates behind a value.
    static let past = script(
        #"""
        // Tables of the past, and the updates behind a value: the run is done once more for both.

        import { made, object } from "./source.js";
        import { duration, element, number, say, table } from "./elements.js";

        /** A run that took longer than this is done once more when somebody has said so twice. */
        const patience = 10;

        /** A slider over the run's life. */
        export class Past {
          /** @param onPath Hears where the table is that was chosen. */
          constructor(onPath) {
            this.onPath = onPath;
            this.slider = element("input", { type: "range", id: "moment", min: 0 });
            this.output = element("output", { for: "moment" });
            this.go = element("button", { type: "button" });
            this.stop = element("button", { type: "button", hidden: true }, "Stop");
            this.status = element("p", { class: "note", role: "status" });
            this.controls = element("p", { class: "slider" }, element("label", { for: "moment" }, "Table at"), this.slider, this.output, this.go, this.stop);
            this.node = element("div", {}, element("h3", {}, "The run's life"), this.controls, this.status);
            this.slider.addEventListener("input", () => this.offer());
            // Whoever holds an arrow key is waited for.
            this.slider.addEventListener("change", () => {
              clearTimeout(this.timer);
              this.timer = setTimeout(() => this.isQuick && this.travel(), 300);
            });
            this.go.addEventListener("click", () => this.travel());
            this.stop.addEventListener("click", () => (this.wanted = null));
          }

          /** Takes a run up. */
          async show(path) {
            [this.path, this.wanted, this.isThere] = [path, null, false];
            const span = await object(`${path}/past`);
            if (this.path !== path) return;
            this.isThere = !span.missing;
            this.controls.hidden = !this.isThere;
            say(this.status, span.missing ?? "");
            if (!this.isThere) return;
            this.span = span;
            this.slider.max = span.steps;
            this.slider.step = Math.max(1, Math.floor(span.steps / 200));
            this.slider.value = this.step = span.steps;
            this.offer();
            say(this.status, "The table of the folder, which is that of the run's end.");
          }

          /** The step of the slider; its last place is the end. */
          get chosen() {
            const step = Number(this.slider.value);
            return step + Number(this.slider.step) > this.span.steps ? this.span.steps : step;
          }

          /** Seconds that the run took up to the chosen step; unknown ones are many. */
          get seconds() {
            return this.span.seconds === undefined ? Infinity : (this.span.seconds * this.chosen) / Math.max(1, this.span.steps);
          }

          get isQuick() {
            return this.chosen === this.span.steps || this.seconds <= patience;
          }

          offer() {
            this.isSure = false;
            const words = `step ${number(this.chosen)} of ${number(this.span.steps)}`;
            say(this.output, words);
            this.slider.setAttribute("aria-valuetext", words);
            say(this.go, "Show");
            const isShown = this.chosen === this.step;
            if (isShown && document.activeElement === this.go) this.slider.focus();
            this.go.hidden = isShown;
          }

          async travel() {
            const step = this.chosen;
            if (step === this.step) return;
            if (!this.isQuick && !this.isSure) {
              this.isSure = true;
              say(this.go, "Yes, do it once more");
              const long = Number.isFinite(this.seconds) ? `took ${duration(this.seconds)} up to there` : "took nobody knows how long";
              return say(this.status, `The run ${long}, and is done once more for this, by one thread.`);
            }
            this.wanted = step;
            this.stop.hidden = false;
            try {
              let path = this.path;
              if (step !== this.span.steps) {
                path = `${this.path}/past/${step}`;
                const isDone = await made(path, (it) => say(this.status, it.state === "waiting" ? "Waiting for its turn."
                  : `Doing the run once more: ${Math.round(100 * it.share)} % after ${duration(it.seconds)}.`), () => this.wanted === step);
                if (this.wanted === null) say(this.status, "Stopped.");
                if (!isDone || this.wanted !== step) return;
                say(this.status, `Done once more in ${duration(isDone.seconds)}: this is the table as it was.`);
              } else {
                say(this.status, "The table of the folder, which is that of the run's end.");
              }
              this.step = step;
              this.offer();
              await this.onPath(path);
            } catch (error) {
              say(this.status, `This is not to be had: ${error.message}`);
            } finally {
              if (this.wanted === null || this.wanted === step) this.stop.hidden = true;
            }
          }
        }

        /** The updates that made a value, as sentences. */
        export class Story {
          constructor() {
            this.status = element("p", { class: "note", role: "status" });
            this.list = element("div");
            this.node = element("div", {}, this.status, this.list);
          }

          clear() {
            this.wanted = null;
            say(this.status, "");
            this.list.replaceChildren();
          }

          async tell(past, run, state, action, name) {
            const wanted = (this.wanted = {});
            const step = past.step;
            say(this.status, `Looking for the updates of ${name}: the run is done once more.`);
            this.list.replaceChildren();
            try {
              const story = await made(`${run}/past/${step}/blame/${state}/${action}`, (it) =>
                say(this.status, `Looking for the updates of ${name}: ${Math.round(100 * it.share)} % of the run after ${duration(it.seconds)}.`),
              () => this.wanted === wanted);
              if (!story || this.wanted !== wanted) return;
              const shown = story.lines.length < story.count ? `the last ${story.lines.length} of ${number(story.count)}` : `all ${number(story.count)}`;
              say(this.status, story.count ? `${story.subject}: ${shown} updates, the latest first. ${story.verdict}`
                : `${story.subject}: no update has ever moved this; it has its initial value.`);
              if (!story.count) return;
              this.list.replaceChildren(table("The updates that made the value", ["Step", "What happened", "Before", "After"],
                story.lines.map((it) => [it.step === undefined ? "?" : number(it.step), it.words, it.before, it.after])));
            } catch (error) {
              if (this.wanted === wanted) say(this.status, `This is not to be had: ${error.message}`);
            }
          }
        }

        """#
    )
}
