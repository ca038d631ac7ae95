extension PageFile {
    /// What was learned, state by state.
    static let policy = script(
        #"""
        // What was learned: a state is chosen, and its row is told.

        import { object } from "./source.js";
        import { drawing, element, Facts, number, say, table } from "./elements.js";
        import { Plan } from "./plan.js";
        import { Past, Story } from "./past.js";

        /** Lists of more values than this become a number to be typed. */
        const mostOptions = 1000;

        export class PolicyView {
          constructor(section) {
            this.empty = element("p", {});
            this.facts = new Facts(["Table digest"]);
            this.plan = new Plan((state) => this.choose(state));
            this.factors = element("div", { class: "factors" });
            this.number = element("input", { type: "number", id: "state-number", min: 0, step: 1 });
            this.lists = element("div", { class: "lists" });
            this.name = element("p", { class: "name", role: "status" });
            this.row = element("div");
            this.words = element("pre", { tabindex: 0, role: "region", "aria-label": "The decision in words" });
            this.past = new Past((path) => this.take(path));
            this.story = new Story();
            this.body = element("div", { hidden: true },
              this.facts.node, this.past.node, this.plan.node,
              element("h3", {}, "Choose a state"), this.factors,
              element("p", {}, element("label", { for: "state-number" }, "State number"), " ", this.number),
              this.lists,
              element("h3", {}, "The state"), this.name, this.row, this.story.node,
              element("details", {}, element("summary", {}, "The decision in words"), this.words));
            section.append(this.empty, this.body);
            this.number.addEventListener("change", () => this.choose(Number(this.number.value)));
          }

          async show(runs, chosen) {
            const run = runs[chosen];
            const version = `${run.folder} ${run.versions.policy}`;
            if (this.version === version) return;
            this.version = version;
            if (this.folder !== run.folder) this.state = undefined;
            [this.folder, this.run] = [run.folder, `/api/runs/${chosen}`];
            if (!run.versions.policy) {
              return this.draw({ missing: "There is no policy yet: it comes with the first checkpoint, or at the end." });
            }
            this.past.show(this.run);
            await this.take(this.run);
          }

          /** Takes a table up: that of the folder, or one of the past. */
          async take(path) {
            this.path = path;
            await this.draw(await object(`${path}/policy`));
          }

          async draw(policy) {
            this.body.hidden = Boolean(policy.missing);
            this.empty.hidden = !policy.missing;
            say(this.empty, policy.missing ?? "");
            if (policy.missing) return;
            const isOther = this.drawn !== this.folder;
            [this.policy, this.drawn] = [policy, this.folder];
            const census = policy.census;
            this.facts.set({
              "What is shown": policy.source, "Table digest": policy.digest,
              States: number(policy.stateCount),
              "Visited states": `${number(census.visitedStates)} (${((100 * census.visitedStates) / policy.stateCount).toFixed(1)} %)`,
              Updates: number(census.visits), Plan: policy.planOmitted,
            });
            this.plan.draw(policy.plan, policy.actions);
            if (isOther) this.listFactors();
            this.number.max = policy.stateCount - 1;
            this.listStates();
            const start = policy.plan?.plan.places.indexOf("start") ?? -1;
            const first = start >= 0 ? start : census.mostVisited[0]?.state ?? 0;
            await this.choose(isOther || this.state === undefined ? first : this.state);
          }

          listFactors() {
            const lines = [];
            this.inputs = this.policy.factors.map((factor, place) => {
              const id = `factor-${place}`;
              const input = factor.count > mostOptions
                ? element("input", { type: "number", id, min: 0, max: factor.count - 1, step: 1 })
                : element("select", { id }, ...Array.from({ length: factor.count }, (_, level) =>
                  element("option", { value: level }, factor.levels[level] ?? String(level))));
              input.addEventListener("change", () => this.chooseByFactors());
              lines.push(element("p", {}, element("label", { for: id }, factor.name), " ", input));
              return input;
            });
            this.factors.replaceChildren(...lines);
          }

          listStates() {
            const list = (heading, entries, text) => element("div", {}, element("h4", {}, heading),
              element("ul", {}, ...entries.map((entry) => {
                const button = element("button", { type: "button" }, `${entry.state}: ${text(entry)}`);
                button.addEventListener("click", () => this.choose(entry.state));
                return element("li", {}, button);
              })));
            const census = this.policy.census;
            const visits = (entry) => `${number(entry.visits)} visits`;
            this.lists.replaceChildren(
              list("Most visited", census.mostVisited, visits),
              list("Closest decisions", census.closest, (entry) => `margin ${number(entry.margin)}`),
              list("Least visited", census.leastVisited, visits));
          }

          chooseByFactors() {
            const state = this.inputs.reduce((sum, input, place) => sum * this.policy.factors[place].count + Number(input.value), 0);
            this.choose(state);
          }

          async choose(state) {
            if (!Number.isInteger(state) || state < 0 || state >= this.policy.stateCount) {
              return say(this.name, `There is no state ${state}: 0 to ${number(this.policy.stateCount - 1)}.`);
            }
            this.state = state;
            const row = await object(`${this.path}/states/${state}`);
            if (this.state !== state) return;
            this.number.value = state;
            this.inputs.forEach((input, place) => (input.value = row.levels[place]));
            this.plan.mark(state);
            this.tell(row);
          }

          tell(row) {
            const best = row.greedy === undefined ? "nothing was tried here" : `the table chooses ${this.policy.actions[row.greedy]}`;
            const margin = row.margin === undefined ? "" : `, by a margin of ${number(row.margin)}`;
            say(this.name, `State ${row.state}: ${row.name}. Here ${best}${margin}.`);
            const known = row.values.filter((value) => value !== null);
            const [low, high] = [Math.min(...known), Math.max(...known)];
            const rows = this.policy.actions.map((action, index) => {
              const value = row.values[index];
              const share = value === null ? 0 : high > low ? 0.1 + (0.9 * (value - low)) / (high - low) : 1;
              const bar = drawing("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": true },
                drawing("rect", { width: 100 * share, height: 10, class: index === row.greedy ? "best" : "" }));
              const why = element("button", { type: "button", class: "why", "aria-label": `${number(value)}: why ${action} has this value` },
                number(value));
              why.addEventListener("click", () => this.story.tell(this.past, this.run, row.state, index, action));
              return [index === row.greedy ? `→ ${action}` : action,
                value === null ? "never tried" : this.past.isThere ? why : number(value), bar,
                number(row.visits[index])];
            });
            this.story.clear();
            this.row.replaceChildren(table(`Action values of state ${row.state}`, ["Action", "Value", "Beside the others", "Visits"], rows));
            say(this.words, row.words);
          }
        }

        """#
    )
}
