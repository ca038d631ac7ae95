extension PageFile {
    /// Where everything comes from: one server.
    static let source = script(
        #"""
        // Where everything comes from: one server, asked by fetch. News come by a stream that is taken up again when it breaks.

        let token = null;

        /** Whoever is asked wants a token, or another one. */
        export class TokenWanted extends Error {}

        /** Uses a token from now on; it is kept in memory alone. */
        export function useToken(text) {
          token = text;
        }

        /** Takes a token out of the address, where it would stay for others to see. */
        export function takeTokenFromAddress() {
          const match = /^#token=(.+)$/.exec(location.hash);
          if (!match) return;
          useToken(decodeURIComponent(match[1]));
          history.replaceState(null, "", location.pathname);
        }

        async function ask(path, options = {}) {
          const headers = token ? { Authorization: `Bearer ${token}` } : {};
          const answer = await fetch(path, { headers, cache: "no-store", ...options });
          if (answer.status === 401) throw new TokenWanted();
          if (!answer.ok) throw new Error((await answer.text()).trim());
          return answer;
        }

        /** Asks for an object; `{missing: reason}` where there is none yet. */
        export async function object(path) {
          return (await ask(path)).json();
        }

        /**
         * Asks for something that may have to be made first, again and again until it is there.
         *
         * @param path Where it is; while it is made, what is answered tells how far it is.
         * @param onStatus Hears how far it is.
         * @param isWanted Says whether anybody still waits for it; what nobody asks for is given up.
         * @returns It, or how it was made; null where it is not wanted any more.
         */
        export async function made(path, onStatus, isWanted = () => true) {
          for (;;) {
            const it = await object(path);
            if (!("share" in it && "pieces" in it)) return it;
            if (it.state === "failed") throw new Error(it.reason);
            onStatus(it);
            if (it.state === "ready") return it;
            await pause(250);
            if (!isWanted()) return null;
          }
        }

        const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

        /**
         * Follows the news for ever. The stream is read by fetch and not by EventSource, which cannot send a token.
         *
         * @param onNews Gets each object.
         * @param onConnection Hears whether there is a connection.
         * @throws TokenWanted when the token is missing or wrong.
         */
        export async function follow(onNews, onConnection) {
          let wait = 500;
          for (;;) {
            try {
              const reader = (await ask("/api/events")).body.pipeThrough(new TextDecoderStream()).getReader();
              onConnection(true);
              wait = 500;
              await readEvents(reader, onNews);
            } catch (error) {
              if (error instanceof TokenWanted) throw error;
            }
            onConnection(false);
            await pause(wait);
            wait = Math.min(wait * 2, 10000);
          }
        }

        async function readEvents(reader, onNews) {
          let rest = "";
          for (;;) {
            const { value, done } = await reader.read();
            if (done) return;
            const events = (rest + value).split("\n\n");
            rest = events.pop();
            for (const event of events) {
              const lines = event.split("\n").filter((line) => line.startsWith("data: "));
              if (lines.length) onNews(JSON.parse(lines.map((line) => line.slice(6)).join("\n")));
            }
          }
        }

        """#
    )
}
