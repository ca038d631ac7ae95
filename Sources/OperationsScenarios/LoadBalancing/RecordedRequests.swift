internal import CommandBasics

/// Requests as they once came, from a file.
package struct RecordedRequests: Sendable {
    /// A request.
    struct Request: Sendable {
        /// When it came, in units of time.
        let instant: Double
        /// What it asked for; `nil` where that was not recorded.
        let work: Double?
    }

    /// The file.
    let name: String
    /// By their instants, the earliest first.
    let requests: [Request]

    /// The fewest that are worth measuring.
    static let fewest = 100

    /// Whether their work was recorded too.
    var hasWork: Bool { requests.first?.work != nil }

    /// Reads a line for each request: when it came, and, if every line has it, a comma and its work.
    ///
    /// - Throws: `CommandFailure` that names the line and what would be right.
    package init(file: String) throws {
        name = file
        var requests: [Request] = []
        var width: Int?
        for (index, row) in try NumberList.rows(of: file).enumerated() where !row.isEmpty {
            func refuse(_ what: String) -> CommandFailure {
                CommandFailure(.badInput, "\(file), line \(index + 1): \(what)")
            }
            guard (1...2).contains(row.count), width == nil || width == row.count else {
                throw refuse("\(row.count) numbers: the instant of a request, and with every line or none its work")
            }
            width = row.count
            guard (0...1e12).contains(row[0]), row[0] >= requests.last?.instant ?? 0 else {
                throw refuse("an instant of \(row[0]): from 0 on, none before the one above it")
            }
            guard row.count < 2 || row[1] > 0 && row[1] <= 1e9 else {
                throw refuse("a work of \(row[1]): above 0, at most 1000000000")
            }
            requests.append(Request(instant: row[0], work: row.count == 2 ? row[1] : nil))
        }
        guard requests.count >= Self.fewest else {
            throw CommandFailure(
                .badInput,
                "\(file): \(requests.count) requests; at least \(Self.fewest) tell something"
            )
        }
        self.requests = requests
    }
}
