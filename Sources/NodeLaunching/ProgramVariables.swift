package import Configuration

/// The variables of the environment that the program knows.
package enum ProgramVariables {
    /// What the program reads by itself, and what compose/ reads; `master` and `worker` take the broker from its variable.
    package static let own = EffectiveConfiguration.OwnVariables(
        [
            "SHARDQ_BROKER", "SHARDQ_AMQP_USER", "SHARDQ_AMQP_PASSWORD", "SHARDQ_AMQP_PASSWORD_FILE",
            "SHARDQ_RABBITMQ",
            // Of the containers, the Python package and the scripts.
            "SHARDQ_IMAGE", "SHARDQ_PROGRAM", "SHARDQ_CACHE", "SHARDQ_RESULTS",
        ],
        overriding: ["broker": "SHARDQ_BROKER"]
    )

    /// An environment without settings; what nodes read by themselves stays.
    package static func withoutSettings(_ environment: [String: String]) -> [String: String] {
        environment.filter { !isSetting($0.key) }
    }

    /// Whether a variable is a setting of some command.
    package static func isSetting(_ variable: String) -> Bool {
        variable.hasPrefix("SHARDQ_") && !own.names.contains(variable)
    }
}
