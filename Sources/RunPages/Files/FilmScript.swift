extension PageFile {
    /// Films: frames of an evaluation, fetched in pieces, and how they are played.
    static let film = script(
        #"""
        // Films: frames of an evaluation, fetched in pieces, and how they are played.

        import { made, object } from "./source.js";
        import { duration, element, number, say } from "./elements.js";

        /** The most pieces of a film that are kept. */
        const mostPieces = 24;

        /** The frames of one actor on one seed. */
        export class Film {
          /**
           * @param path Where it is.
           * @param cut How it is cut.
           * @param onChange Hears that something has come, or how far it is.
           */
          constructor(path, actor, cut, onChange) {
            [this.path, this.actor, this.cut, this.onChange] = [path, actor, cut, onChange];
            [this.pieces, this.asked] = [new Map(), new Set()];
            this.status = { state: "waiting", share: 0, pieces: 0, seconds: 0 };
            this.isWanted = true;
            this.begin();
          }

          async begin() {
            try {
              this.status = await made(this.path, (status) => {
                this.status = status;
                this.onChange();
              }, () => this.isWanted) ?? this.status;
            } catch (error) {
              this.status = { state: "failed", reason: error.message, pieces: 0, share: 0, seconds: 0 };
            }
            this.onChange();
          }

          /** A frame; nothing while it is on its way. */
          frame(index) {
            const piece = Math.floor(index / this.cut.pieceFrames);
            this.fetch(piece);
            if (index % this.cut.pieceFrames > this.cut.pieceFrames / 2) this.fetch(piece + 1);
            return this.pieces.get(piece)?.[index % this.cut.pieceFrames];
          }

          async fetch(piece) {
            if (this.pieces.has(piece) || this.asked.has(piece) || piece >= this.status.pieces) return;
            this.asked.add(piece);
            try {
              const frames = await object(`${this.path}/${piece}`);
              while (this.pieces.size >= mostPieces) {
                const farthest = [...this.pieces.keys()].reduce((best, it) => (Math.abs(it - piece) > Math.abs(best - piece) ? it : best));
                this.pieces.delete(farthest);
              }
              this.pieces.set(piece, frames);
            } catch {
              // It has given way to others on the server: it is made once more.
              if (this.status.state === "ready") this.begin();
            } finally {
              this.asked.delete(piece);
            }
            this.onChange();
          }

          /** How far it is, in words; empty where it is all there. */
          get words() {
            const { state, share, seconds, reason } = this.status;
            if (state === "failed") return `${this.actor} cannot be simulated: ${reason}`;
            if (state === "ready") return "";
            return state === "waiting" ? `${this.actor} waits to be simulated.`
              : `Simulating ${this.actor}: ${Math.round(100 * share)} % after ${duration(seconds)}.`;
          }
        }

        /** Buttons and a slider that go through the frames. */
        export class Player {
          /** @param onFrame Hears which frame is to be shown, and whether it is played. */
          constructor(onFrame) {
            this.onFrame = onFrame;
            const button = (text, label, act) => {
              const node = element("button", { type: "button", "aria-label": label }, text);
              node.addEventListener("click", act);
              return node;
            };
            this.play = button("▶ Play", null, () => this.toggle());
            this.play.classList.add("play");
            this.place = element("input", { type: "range", id: "frame", min: 0, step: 1, value: 0 });
            this.speed = element("select", { id: "film-speed" });
            this.time = element("output", { for: "frame", class: "time-shown" });
            this.node = element("div", { class: "player", role: "group", "aria-label": "Player" },
              button("|◀◀", "To the beginning", () => this.go(0)), button("|◀", "A frame back", () => this.go(this.index - 1)), this.play,
              button("▶|", "A frame on", () => this.go(this.index + 1)),
              element("label", { for: "frame" }, "Time"), this.place, this.time,
              element("label", { for: "film-speed" }, "Speed"), this.speed);
            this.place.addEventListener("input", () => this.go(Number(this.place.value)));
            this.calm = matchMedia("(prefers-reduced-motion: reduce)");
            [this.index, this.isPlaying] = [0, false];
          }

          /** Takes a film up: how it is cut, in which unit, and how long it is. */
          load(cut, unit, length) {
            [this.cut, this.unit, this.length] = [cut, unit, length];
            this.place.max = cut.frames - 1;
            const speeds = unit === "s" ? [1, 5, 20, 60, 200] : [50, 200, 500, 2000];
            this.speed.replaceChildren(...speeds.map((it) => element("option", { value: it }, `${it} ${unit} a second`)));
            this.speed.value = unit === "s" ? 20 : 500;
            this.go(0);
          }

          timeOf(index) {
            return Math.min(index * this.cut.interval, this.length);
          }

          go(index) {
            this.index = Math.max(0, Math.min(this.cut.frames - 1, index));
            this.position = this.index;
            this.place.value = this.index;
            const words = this.unit === "s" ? clock(this.timeOf(this.index)) : `tick ${number(this.timeOf(this.index))}`;
            say(this.time, words);
            this.place.setAttribute("aria-valuetext", words);
            this.onFrame(this.index, this.isPlaying);
          }

          toggle() {
            if (!this.isPlaying && this.index >= this.cut.frames - 1) this.go(0);
            this.set(!this.isPlaying);
          }

          set(isPlaying) {
            if (isPlaying === this.isPlaying) return;
            this.isPlaying = isPlaying;
            say(this.play, isPlaying ? "❚❚ Pause" : "▶ Play");
            this.last = null;
            if (isPlaying) requestAnimationFrame((now) => this.tick(now));
            else this.onFrame(this.index, false);
          }

          /** Goes on as far as time has; whoever wants little motion sees two pictures a second. */
          tick(now) {
            if (!this.isPlaying) return;
            const passed = this.last === null ? 0 : Math.min(0.6, (now - this.last) / 1000);
            if (this.last === null || !this.calm.matches || passed >= 0.5) {
              this.last = now;
              // Frames that are on their way are waited for.
              if (this.isReady?.() ?? true) {
                const position = this.position + (passed * Number(this.speed.value)) / this.cut.interval;
                if (Math.floor(position) !== this.index) this.go(Math.floor(position));
                this.position = Math.min(position, this.cut.frames - 1);
                if (this.index >= this.cut.frames - 1) return this.set(false);
              }
            }
            requestAnimationFrame((next) => this.tick(next));
          }
        }

        function clock(seconds) {
          const part = (value) => String(Math.floor(value)).padStart(2, "0");
          return `${part(seconds / 3600)}:${part((seconds / 60) % 60)}:${part(seconds % 60)}`;
        }

        """#
    )
}
