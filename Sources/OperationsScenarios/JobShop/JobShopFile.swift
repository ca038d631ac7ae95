internal import CommandBasics

/// Reads a job shop in one of the two forms in which instances are published.
///
/// The standard specification has a line of the numbers of jobs and machines, then a line a job: machine (from 0) and
/// time of each operation in turn. Taillard's has a line of numbers (jobs, machines, two seeds, upper and lower
/// bound), then under `Times` a line of times a job and under `Machines` a line of machines (from 1). What stands
/// behind # does not count.
///
/// Source: Taillard, *Benchmarks for Basic Scheduling Problems*, European Journal of Operational Research 64(2), 1993.
struct JobShopFile {
    private(set) var jobs: [[JobShopScenario.Operation]] = []
    /// The upper bound that the file gives.
    private(set) var bestKnown: Int?
    private let name: String

    /// A line that says something, with its number.
    private typealias Line = (number: Int, words: [Substring])

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - text: What stands in it.
    ///   - name: Its name, for messages.
    ///   - jobCounts: How many jobs there may be.
    ///   - machineCounts: On how many machines.
    /// - Throws: `CommandFailure` that names the line and what would be right.
    init(
        _ text: String,
        name: String,
        jobCounts: ClosedRange<Int> = JobShopScenario.jobCounts,
        machineCounts: ClosedRange<Int> = JobShopScenario.machineCounts
    ) throws(CommandFailure) {
        self.name = name
        var lines: [Line] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0.isWhitespace || $0 == "," }
            if !words.isEmpty { lines.append((index + 1, words)) }
        }
        // Taillard's first line says what the numbers below are.
        if let first = lines.first, first.words[0].lowercased() == "nb" { lines.removeFirst() }
        guard let head = lines.first else {
            throw failure(1, "there is nothing in it: a job shop begins with jobs and machines")
        }
        let numbers = try numbers(head)
        guard numbers.count == 2 || numbers.count >= 4 else {
            throw failure(head.number, "the numbers of jobs and machines, not \(numbers.count) numbers")
        }
        guard jobCounts.contains(numbers[0]), machineCounts.contains(numbers[1]) else {
            let isRuled = JobShopScenario.ruledJobCounts.contains(numbers[0]) && jobCounts == JobShopScenario.jobCounts
            throw failure(
                head.number,
                "\(numbers[0]) jobs on \(numbers[1]) machines: 2 to \(jobCounts.upperBound) jobs on 1 to "
                    + "\(machineCounts.upperBound) machines"
                    + (isRuled ? "; evaluate jobshop --rules-only takes more" : "")
            )
        }
        let rest = Array(lines.dropFirst())
        if rest.first?.words[0].lowercased() == "times" {
            if numbers.count >= 5 { bestKnown = numbers[4] }
            try readTaillard(rest, jobs: numbers[0], machines: numbers[1])
        } else {
            guard numbers.count == 2 else {
                throw failure(
                    head.number,
                    "\(numbers.count) numbers and no line Times behind them: two numbers, or Taillard's form"
                )
            }
            try readStandard(rest, jobs: numbers[0], machines: numbers[1])
        }
    }

    private mutating func readStandard(_ lines: [Line], jobs count: Int, machines: Int) throws(CommandFailure) {
        let rows = try rows(
            lines,
            from: 0,
            count,
            of: 2 * machines,
            "a machine and a time for each of \(machines) operations"
        )
        for row in rows {
            var job: [JobShopScenario.Operation] = []
            for index in 0..<machines {
                job.append(.init(machine: row.numbers[2 * index], time: row.numbers[2 * index + 1]))
            }
            try add(job, line: row.line, firstMachine: 0)
        }
        try checkEnd(lines, at: count)
    }

    private mutating func readTaillard(_ lines: [Line], jobs count: Int, machines: Int) throws(CommandFailure) {
        let times = try rows(lines, from: 1, count, of: machines, "the times of \(machines) operations")
        guard lines.count > count + 1, lines[count + 1].words[0].lowercased() == "machines" else {
            throw failure(
                lines[min(count + 1, lines.count - 1)].number,
                "a line Machines behind the times of \(count) jobs"
            )
        }
        let places = try rows(lines, from: count + 2, count, of: machines, "the machines of \(machines) operations")
        for (time, place) in zip(times, places) {
            let job = zip(place.numbers, time.numbers).map { JobShopScenario.Operation(machine: $0 - 1, time: $1) }
            for each in time.numbers { try check(each, line: time.line) }
            try add(job, line: place.line, firstMachine: 1)
        }
        try checkEnd(lines, at: 2 * count + 2)
    }

    /// So many lines of so many numbers.
    private func rows(_ lines: [Line], from first: Int, _ count: Int, of width: Int, _ what: String)
        throws(CommandFailure)
        -> [(line: Int, numbers: [Int])]
    {
        var rows: [(line: Int, numbers: [Int])] = []
        for index in first..<(first + count) {
            guard index < lines.count else {
                throw failure(
                    lines.last?.number ?? 1,
                    "the file ends here, behind \(index - first) of \(count) jobs: \(what)"
                )
            }
            let numbers = try numbers(lines[index])
            guard numbers.count == width else {
                throw failure(lines[index].number, "\(numbers.count) numbers, not \(width): \(what)")
            }
            rows.append((lines[index].number, numbers))
        }
        return rows
    }

    private mutating func add(_ job: [JobShopScenario.Operation], line: Int, firstMachine: Int) throws(CommandFailure) {
        var isVisited = Array(repeating: false, count: job.count)
        for operation in job {
            let shown = operation.machine + firstMachine
            guard isVisited.indices.contains(operation.machine) else {
                throw failure(line, "machine \(shown): machines are \(firstMachine) to \(job.count - 1 + firstMachine)")
            }
            guard !isVisited[operation.machine] else {
                throw failure(line, "machine \(shown) twice: a job visits each once")
            }
            isVisited[operation.machine] = true
            try check(operation.time, line: line)
        }
        jobs.append(job)
    }

    private func check(_ time: Int, line: Int) throws(CommandFailure) {
        guard JobShopScenario.times.contains(time) else { throw failure(line, "a time of \(time), not 0 to 1000") }
    }

    private func checkEnd(_ lines: [Line], at end: Int) throws(CommandFailure) {
        guard lines.count == end else {
            throw failure(lines[end].number, "there is more behind the last job: one job shop a file")
        }
    }

    private func numbers(_ line: Line) throws(CommandFailure) -> [Int] {
        var numbers: [Int] = []
        for word in line.words {
            // Small enough for sums and differences.
            guard let number = Int(word), number.magnitude < 1 << 40 else {
                throw failure(line.number, "'\(word.prefix(40))' is no whole number")
            }
            numbers.append(number)
        }
        return numbers
    }

    private func failure(_ line: Int, _ text: String) -> CommandFailure {
        CommandFailure(.badInput, "\(name), line \(line): \(text)")
    }
}
