extension PageFile {
    /// What happens on the map: who acts, what is shown, the figures beside.
    static let map = script(
        #"""
        // What happens on the map: who acts, who acts beside it on the same events, what is shown, and the figures so far.

        import { made, object } from "./source.js";
        import { Film, Player } from "./film.js";
        import { Picture } from "./canvas.js";
        import { legend, RoadsMap } from "./roads.js";
        import { PacketMap } from "./packets.js";
        import { element, say, table } from "./elements.js";

        /** Milliseconds between two tellings of the tables while a film is played. */
        const tellEvery = 500;

        export class MapView {
          constructor(section) {
            this.empty = element("p", { role: "status" });
            this.subject = element("p", { class: "note" });
            const choice = (id, label) => {
              const input = element("select", { id });
              const name = element("label", { for: id }, label);
              return { input, name, node: element("p", {}, name, " ", input) };
            };
            this.actor = choice("actor", "Who acts");
            this.other = choice("other", "Beside it");
            this.seed = choice("film-seed", "Seed");
            this.chooser = choice("place", "Place");
            this.player = new Player((index, isPlaying) => this.showFrame(index, isPlaying));
            this.player.isReady = () => this.films.every((film) => film.frame(this.player.index + 1) || film.status.state !== "ready");
            this.status = element("p", { class: "note", role: "status" });
            this.pictures = [0, 1].map((side) => new Picture(
              (context, width, height) => this.paint(side, context, width, height), (x, y) => this.choose(this.map.pointed(x, y))));
            this.maps = element("div", { class: "maps" }, ...this.pictures.map((it) => it.node));
            this.legend = element("div");
            this.note = element("p", { class: "note" });
            this.figures = element("div");
            this.events = element("div");
            this.details = element("div");
            this.body = element("div", { hidden: true }, this.subject,
              element("div", { class: "factors" }, this.actor.node, this.other.node, this.seed.node), this.player.node, this.status, this.maps,
              this.legend, this.note, element("h3", {}, "So far"), this.figures, this.events,
              element("h3", {}, "In words"), this.chooser.node, this.details);
            section.append(this.empty, this.body);
            this.films = [];
            this.known = new Map();
            for (const it of [this.actor, this.other, this.seed]) it.input.addEventListener("change", () => this.load());
            this.chooser.input.addEventListener("change", () => this.choose(Number(this.chooser.input.value)));
          }

          async show(runs, chosen) {
            const run = runs[chosen];
            const version = `${run.folder} ${run.versions.policy}`;
            if (this.version === version) return;
            this.version = version;
            this.player.set(false);
            this.body.hidden = true;
            this.empty.hidden = false;
            say(this.empty, "The map is being drawn.");
            try {
              const stage = run.versions.policy
                ? await made(`/api/runs/${chosen}/scenery`, () => {}, () => this.version === version)
                : { missing: "There is no policy yet: it comes with the first checkpoint, or at the end." };
              if (!stage || this.version !== version) return;
              if (stage.missing) return say(this.empty, stage.missing);
              this.begin(stage, chosen);
            } catch (error) {
              this.version = null;
              say(this.empty, `There is no map: ${error.message}`);
            }
          }

          begin(stage, chosen) {
            [this.stage, this.path] = [stage, `/api/runs/${chosen}/films`];
            this.map = new { roads: RoadsMap, packets: PacketMap }[stage.kind](stage);
            this.forget();
            this.body.hidden = false;
            this.empty.hidden = true;
            say(this.subject, `${stage.subject[0].toUpperCase()}${stage.subject.slice(1)}.`);
            const options = (names) => names.map((name) => element("option", { value: name }, name));
            this.actor.input.replaceChildren(...options(stage.actors));
            this.other.input.replaceChildren(element("option", { value: "" }, "nobody"), ...options(stage.actors));
            this.other.input.value = stage.beside;
            this.seed.input.replaceChildren(...options(stage.seeds.map(String)));
            say(this.chooser.name, this.map.chooserLabel);
            this.chooser.input.replaceChildren(...this.map.choices.map((name, place) => element("option", { value: place }, name)));
            this.chosen = this.map.first;
            this.chooser.input.value = this.chosen;
            this.legend.replaceChildren(legend(this.map.legend));
            say(this.note, this.map.note);
            this.events.replaceChildren(...(stage.events?.length ? [element("h3", {}, "What happens"), element("ul", {}, ...stage.events.map((it) => {
              const button = element("button", { type: "button" }, `tick ${it.tick}: ${it.words}`);
              button.addEventListener("click", () => this.player.go(Math.floor(it.tick / stage.cut.interval)));
              return element("li", {}, button);
            }))] : []));
            this.player.load(stage.cut, stage.unit, stage.length);
            for (const picture of this.pictures) picture.shape(this.map.aspect);
            this.load();
          }

          forget() {
            for (const film of this.known.values()) film.isWanted = false;
            this.known.clear();
          [this.films, this.shown] = [[], []];
          }

          /** Takes up the films that are chosen; those that were shown before stay in the table. */
          load() {
            const seed = this.seed.input.value;
            if (this.shownSeed !== seed) this.forget();
            this.shownSeed = seed;
            const names = [...new Set([this.actor.input.value, this.other.input.value].filter(Boolean))];
            this.films = names.map((name) => {
              if (!this.known.has(name)) {
                this.known.set(name, new Film(`${this.path}/${name}/${seed}`, name, this.stage.cut, () => this.refresh()));
              }
              return this.known.get(name);
            });
            this.maps.classList.toggle("two", names.length > 1);
            this.pictures[1].node.hidden = names.length < 2;
            this.loadWays();
            this.player.go(this.player.index);
          }

          async loadWays() {
            if (!this.map.isWays) return;
            for (const film of this.films) {
              if (film.status.state !== "ready" || film.waysTo === this.chosen) continue;
              film.waysTo = this.chosen;
              film.ways = null;
              try {
                const ways = await object(`${film.path}/to/${this.chosen}`);
                if (film.waysTo === this.chosen) film.ways = ways;
              } catch {
                film.waysTo = null;
              }
              this.refresh();
            }
          }

          /** Something has come. */
          refresh() {
            if (this.body.hidden) return;
            this.loadWays();
            this.showFrame(this.player.index, this.player.isPlaying);
          }

          choose(place) {
            if (place < 0) return;
            this.chosen = place;
            this.chooser.input.value = place;
            this.loadWays();
            this.refresh();
          }

          showFrame(index, isPlaying) {
            const words = this.films.map((film) => film.words).filter(Boolean).join(" ");
            const took = this.films.length && !words
              ? `Simulated in ${this.films.map((film) => `${film.status.seconds.toFixed(2)} s (${film.actor})`).join(", ")}.` : "";
            say(this.status, words || took);
            const shown = this.films.map((film) => ({ name: film.actor, frame: film.frame(index), ways: film.ways }));
            this.shown = shown;
            this.pictures.forEach((picture, side) => {
              const it = shown[side];
              if (!it) return;
              say(picture.caption, it.frame ? `${it.name}: ${this.map.words(it.frame)}` : `${it.name}: on its way`);
              picture.canvas.setAttribute("aria-label", `Map, ${picture.caption.textContent}. The tables below tell what it shows.`);
              picture.draw();
            });
            const now = performance.now();
            if (isPlaying && now - (this.told ?? 0) < tellEvery) return;
            this.told = now;
            this.tell(index, shown);
          }

          tell(index, shown) {
            const rows = [...this.known.values()].map((film) => {
              const frame = film.frame(index);
              return [film.actor, ...(frame ? this.map.figuresOf(frame) : this.map.figures.map(() => "…"))];
            });
            const keep = (holder, made) => {
              const old = [...holder.querySelectorAll(".scroll")].map((it) => [it.scrollTop, it.scrollLeft, it === document.activeElement]);
              holder.replaceChildren(...made);
              holder.querySelectorAll(".scroll").forEach((it, place) => {
                if (!old[place]) return;
                [it.scrollTop, it.scrollLeft] = old[place];
                if (old[place][2]) it.focus();
              });
            };
            keep(this.figures, [table(`Up to ${this.player.time.textContent}, seed ${this.shownSeed}`, ["Who acts", ...this.map.figures], rows)]);
            const there = shown.filter((it) => it.frame);
            keep(this.details, this.map.tables(there, this.chosen).map((it) => table(it.caption, it.head, it.rows)));
          }

          paint(side, context, width, height) {
            const it = this.shown?.[side];
            if (it?.frame) this.map.paint(context, width, height, it.frame, this.chosen, it.ways);
          }
        }

        """#
    )
}
