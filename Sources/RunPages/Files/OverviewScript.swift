extension PageFile {
    /// How far a run is, what it came to, and who began it.
    static let overview = script(
        #"""
        // How far a run is, what it came to, and who began it.

        import { object } from "./source.js";
        import { duration, element, Facts, number, say, table } from "./elements.js";

        export class Overview {
          constructor(section) {
            this.bar = element("progress", { max: 1, "aria-labelledby": "done" });
            this.done = element("p", { id: "done" });
            this.now = new Facts();
            this.digest = element("code", { id: "digest" });
            this.digestLine = element("p", { class: "digest", hidden: true }, "Table digest ", this.digest);
            this.ledger = new Facts();
            this.ledgerPart = element("div", { hidden: true }, element("h3", {}, "Ledger"), this.ledger.node);
            this.events = element("ol");
            this.eventsPart = element("div", { hidden: true }, element("h3", {}, "Time line"),
              element("div", { class: "events", tabindex: 0, role: "region", "aria-label": "Time line" }, this.events));
            this.outcome = element("div");
            this.shards = element("div");
            this.faults = element("ul", { class: "faults" });
            this.record = element("div");
            section.append(
              this.faults, this.bar, this.done, this.now.node, this.digestLine, this.ledgerPart, this.outcome,
              this.eventsPart, this.shards, this.record
            );
            this.shown = {};
          }

          async show(runs, chosen) {
            const run = runs[chosen];
            this.showNumbers(run);
            this.showEvents(run);
            await this.refresh("record", `${run.folder} ${run.state}`, `/api/runs/${chosen}/record`, (it) => this.showRecord(it));
            await this.refresh("outcome", `${run.folder} ${run.versions.outcome}`, `/api/runs/${chosen}/outcome`, (it) =>
              this.showOutcome(it));
          }

          /** Fetches a part again when it has become another. */
          async refresh(name, version, path, take) {
            if (this.shown[name] === version) return;
            this.shown[name] = version;
            try {
              take(await object(path));
            } catch (error) {
              delete this.shown[name];
              throw error;
            }
          }

          showNumbers(run) {
            const fraction = run.stepsPlanned ? (run.steps ?? 0) / run.stepsPlanned : null;
            this.bar.hidden = this.done.hidden = fraction === null;
            if (fraction !== null) {
              this.bar.value = fraction;
              say(this.done, `${(fraction * 100).toFixed(fraction < 1 ? 1 : 0)} % of ${number(run.stepsPlanned)} steps`);
            }
            const workers = run.workers;
            this.now.set({
              Scenario: run.scenario,
              Seed: run.seed,
              Steps: number(run.steps),
              "Steps per second": number(run.stepsPerSecond && Math.round(run.stepsPerSecond)),
              Elapsed: duration(run.elapsedSeconds),
              Remaining: run.remainingSeconds === undefined ? "" : `about ${duration(run.remainingSeconds)}`,
              Workers: workers && `${workers.present.length} of ${workers.wanted}`,
              Rollbacks: run.rollbacks,
              Checkpoints: run.checkpoints,
            });
            this.digestLine.hidden = !run.tableDigest;
            say(this.digest, run.tableDigest ?? "");
            this.ledgerPart.hidden = !run.ledger;
            const ledger = run.ledger ?? {};
            this.ledger.set({
              Issued: number(ledger.issued), Applied: number(ledger.applied),
              Lost: number(ledger.lost), Duplicated: number(ledger.duplicated),
            });
            const faults = run.faults.join("\n");
            if (this.shown.faults !== faults) {
              this.shown.faults = faults;
              this.faults.replaceChildren(...run.faults.map((fault) => element("li", {}, fault)));
            }
            const total = run.updatesByShard.reduce((sum, part) => sum + part, 0);
            this.shards.hidden = total === 0 || run.updatesByShard.length < 2;
            const shares = run.updatesByShard.join(" ");
            if (this.shards.hidden || this.shown.shares === shares) return;
            this.shown.shares = shares;
            this.shards.replaceChildren(table(
              "Updates by shard", ["Shard", "Updates", "Share"],
              run.updatesByShard.map((part, shard) => [String(shard), number(part), `${((100 * part) / total).toFixed(1)} %`])
            ));
          }

          showEvents(run) {
            this.eventsPart.hidden = run.events.length === 0;
            const last = run.events.length + " " + (run.events.at(-1)?.seconds ?? "") + run.folder;
            if (this.shown.events === last) return;
            this.shown.events = last;
            this.events.replaceChildren(...run.events.map((event) =>
              element("li", { "data-kind": event.kind }, element("span", { class: "time" }, duration(event.seconds)), " ", event.words)));
          }

          showOutcome(outcome) {
            if (outcome.missing) return this.outcome.replaceChildren();
            const names = Object.keys(outcome.controllers).sort((a, b) => (b === "learned") - (a === "learned") || (a < b ? -1 : 1));
            const metrics = Object.keys(outcome.controllers[names[0]]).sort();
            const head = metrics.map((name) => {
              const unit = outcome.controllers[names[0]][name].unit;
              return unit ? `${name} [${unit}]` : name;
            });
            const text = (metric) => {
              if (!metric) return "";
              const half = (metric.upper - metric.lower) / 2;
              return half > 0 ? `${number(metric.mean)} ± ${number(half)}` : number(metric.mean);
            };
            this.outcome.replaceChildren(
              element("h3", {}, "Evaluation"),
              table(`${outcome.title}; mean ± half the 95 % interval over the seeds`, ["Controller", ...head],
                names.map((name) => [name, ...metrics.map((metric) => text(outcome.controllers[name][metric]))])),
              ...(outcome.differences.length ? [table(
                "Paired differences, seed by seed", ["From", "Figure", "Difference", "95 % interval", "Verdict"],
                outcome.differences.map((it) => [
                  `${it.controller} − ${it.baseline}`, it.unit ? `${it.metric} [${it.unit}]` : it.metric, number(it.mean),
                  it.lower === undefined ? "–" : `${number(it.lower)} to ${number(it.upper)}`, it.verdict,
                ]))] : []),
              ...outcome.warnings.map((warning) => element("p", { class: "warning" }, `Warning: ${warning}.`))
            );
          }

          showRecord(record) {
            const sessions = record.sessions.map((session, index) => {
              const facts = new Facts(["Command", "Went on from"]);
              facts.set({
                Command: session.command, Begun: session.begun, Ended: session.ended, Outcome: session.outcome,
                "Went on from": session.parent, Layout: session.layout, Host: session.host, Versions: session.versions,
              });
              const heading = record.sessions.length > 1 ? `Process ${index + 1} of ${record.sessions.length}` : "How it was made";
              return [element("h3", {}, heading), facts.node];
            });
            const settings = record.settings.length
              ? [element("details", {}, element("summary", {}, `All ${record.settings.length} settings that the result depends on`),
                table("Settings", ["Name", "Value"], record.settings.map((it) => [it.name, it.value])))]
              : [];
            this.record.replaceChildren(...sessions.flat(), ...settings);
          }
        }

        """#
    )
}
