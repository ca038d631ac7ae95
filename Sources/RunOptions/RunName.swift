internal import ArgumentParser

/// Names of runs: they name the exchange and the queues.
package enum RunName {
    /// Checks a name that the user gave.
    package static func check(_ name: String) throws {
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard (1...60).contains(name.utf8.count), isPlain else {
            throw ValidationError("--run \(name): 1 to 60 letters, digits, '-', '_' or '.'")
        }
    }

    /// Makes a name that no other run has.
    package static func fresh() -> String {
        "run-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    }
}
