extension PageFile {
    /// The page as a whole: which run, which view, and what is new.
    static let page = script(
        #"""
        // The page as a whole: which run, which view, and what is new.

        import { follow, object, takeTokenFromAddress, TokenWanted, useToken } from "./source.js";
        import { element, say } from "./elements.js";
        import { Overview } from "./overview.js";
        import { Learning } from "./learning.js";
        import { PolicyView } from "./policy.js";
        import { MapView } from "./map.js";
        import { Life } from "./life.js";
        import { Comparison } from "./comparison.js";

        const part = (id) => document.getElementById(id);
        const views = {
          overview: new Overview(part("overview")),
          learning: new Learning(part("learning")),
          policy: new PolicyView(part("policy")),
          map: new MapView(part("map")),
          life: new Life(part("life")),
          comparison: new Comparison(part("comparison")),
        };
        let runs = [];
        let chosen = 0;
        let view = "overview";

        /** Shows the chosen view, and lets it fetch what it lacks. */
        function show() {
          for (const name of Object.keys(views)) part(name).hidden = name !== view;
          for (const link of document.querySelectorAll("nav a")) {
            if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
          }
          const run = runs[chosen];
          if (!run) return;
          if (view !== "map") views.map.player.set(false);
          say(part("title"), run.name);
          say(part("state"), run.words);
          part("state").dataset.state = run.state;
          document.title = `${run.name}: ${run.state} – ShardQ`;
          views[view].show(runs, chosen).catch(report);
        }

        /** Says what went wrong, where it can be seen. */
        function report(error) {
          if (error instanceof TokenWanted) askForToken();
          else say(part("connection"), `Something was not to be had: ${error.message}`);
        }

        function takeNews(news) {
          const isFirst = runs.length === 0;
          runs = news.runs;
          say(part("version"), news.version);
          part("content").hidden = false;
          part("views").hidden = false;
          part("admission").hidden = true;
          part("chooser").hidden = runs.length < 2;
          part("comparison-link").hidden = runs.length < 2;
          chosen = Math.min(chosen, Math.max(runs.length - 1, 0));
          listRuns();
          if (isFirst) takeAddress(false);
          else show();
        }

        function listRuns() {
          const list = part("run");
          const names = runs.map((run) => `${run.name} (${run.state})`);
          if (list.options.length === names.length && names.every((name, index) => list.options[index].text === name)) return;
          list.replaceChildren(...names.map((name, index) => element("option", { value: index }, name)));
          list.value = chosen;
        }

        /** Goes where the address points; the heading gets the focus when somebody went there. */
        function takeAddress(byPerson = true) {
          const name = location.hash.slice(1);
          view = name in views && (name !== "comparison" || runs.length > 1) ? name : "overview";
          show();
          if (byPerson) part(`${view}-heading`).focus();
        }

        function askForToken() {
          part("admission").hidden = false;
          part("content").hidden = true;
          part("views").hidden = true;
          say(part("connection"), "Not connected: a token is asked for.");
          part("token").focus();
        }

        async function begin() {
          try {
            // Asked once before the stream is read, so that a wrong token is told at once.
            takeNews(await object("/api/runs"));
            await follow(takeNews, (isThere) =>
              say(part("connection"), isThere ? "Connected." : "Not connected: what is shown may be old. Trying again."));
          } catch (error) {
            if (error instanceof TokenWanted) return askForToken();
            report(error);
            setTimeout(begin, 2000);
          }
        }

        part("skip").addEventListener("click", (event) => {
          event.preventDefault();
          part("main").focus();
        });
        part("run").addEventListener("change", (event) => {
          chosen = Number(event.target.value);
          show();
        });
        part("admission").addEventListener("submit", (event) => {
          event.preventDefault();
          useToken(part("token").value.trim());
          say(part("admission-answer"), "Asking.");
          begin().then(() => say(part("admission-answer"), "This token is not the right one."));
        });
        window.addEventListener("hashchange", () => takeAddress());

        takeTokenFromAddress();
        begin();

        """#
    )
}
