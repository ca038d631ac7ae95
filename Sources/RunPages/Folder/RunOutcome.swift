public import Foundation

/// What `evaluation.json` says of a run, as far as a list of runs shows it.
public struct RunOutcome: Codable, Sendable, Hashable {
    /// A figure of a controller with its interval over the seeds.
    public struct Metric: Codable, Sendable, Hashable {
        /// The unit; empty for a pure number.
        public var unit: String
        /// The mean over the seeds.
        public var mean: Double
        /// The interval's ends; `nil` for a single value.
        public var lower: Double?
        /// The interval's ends; `nil` for a single value.
        public var upper: Double?
        /// By seed; one value where it is exact.
        public var values: [Double]
    }

    /// A paired difference from another controller.
    public struct Difference: Codable, Sendable, Hashable {
        /// Whose figure.
        public var controller: String
        /// Less whose.
        public var baseline: String
        /// Which figure.
        public var metric: String
        /// Its unit.
        public var unit: String
        /// The mean of the differences.
        public var mean: Double
        /// The interval's ends; `nil` for a single seed.
        public var lower: Double?
        /// The interval's ends; `nil` for a single seed.
        public var upper: Double?
        /// `better`, `worse`, `undecided`, `equal`.
        public var verdict: String
    }

    /// What was compared, in words.
    public var title: String
    /// By controller and figure.
    public var controllers: [String: [String: Metric]]
    /// From each other controller, in the first figure.
    public var differences: [Difference]
    /// What must not be overlooked.
    public var warnings: [String]

    /// Reads an object; `nil` where it is none of this form.
    public init?(json: Data) {
        guard let outcome = JSONForm.value(Self.self, from: json) else { return nil }
        self = outcome
    }

    /// The controller that was learned, or else the first by name.
    public var subject: String? {
        controllers["learned"] == nil ? controllers.keys.min() : "learned"
    }

    /// The figure that is compared, and else the first by name.
    public var metric: String? {
        differences.first?.metric ?? subject.flatMap { controllers[$0]?.keys.min() }
    }

    /// The subject's figure that is compared.
    public var headline: (name: String, metric: Metric)? {
        guard let subject, let metric, let value = controllers[subject]?[metric] else { return nil }
        return (metric, value)
    }
}
