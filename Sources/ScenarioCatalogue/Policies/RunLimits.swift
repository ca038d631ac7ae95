internal import ArgumentParser

/// What a run can be asked for.
package enum RunLimits {
    /// The lanes that a cohort may have.
    package static let lanes = 1...(1 << 24)
    /// The cohorts that a run may have.
    package static let cohorts = 1...1024
    /// The most lane-steps.
    package static let steps: UInt64 = 1 << 60
}

/// How the master talks to the shards.
package enum ExchangeProtocol: String, Codable, Sendable, ExpressibleByArgument, CaseIterable {
    case rounds
    case stepwise
}
