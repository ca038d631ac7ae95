internal import Foundation

/// The environment variables of a private node: everything RabbitMQ and Erlang would else take from the machine.
enum NodeEnvironment {
    /// The node's name; several nodes may have the same, since they never look for each other.
    static let nodeName = "shardq@localhost"

    /// A port where nobody listens: it belongs to root, and its service is extinct (tcpmux).
    private static let portWithoutNameServer = "1"

    /// Half of the processors: master and workers want the others, and messages that hop between schedulers cost more.
    private static var schedulerCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount / 2) }

    /// The variables of the node itself.
    static func forServer(in directory: NodeDirectory, ports: NodeDirectory.Ports, path: String) -> [String: String] {
        let place = directory.path
        var variables = shared(in: directory, path: path)
        variables["RABBITMQ_NODENAME"] = nodeName
        variables["RABBITMQ_BASE"] = place
        variables["RABBITMQ_MNESIA_BASE"] = place + "/data"
        variables["RABBITMQ_LOG_BASE"] = place + "/log"
        variables["RABBITMQ_LOGS"] = place + "/log/node.log"
        variables["RABBITMQ_CONFIG_FILE"] = place + "/none"
        variables["RABBITMQ_CONFIG_FILES"] = place + "/none.d"
        variables["RABBITMQ_ADVANCED_CONFIG_FILE"] = place + "/advanced.config"
        variables["RABBITMQ_ENABLED_PLUGINS_FILE"] = place + "/enabled_plugins"
        variables["RABBITMQ_GENERATED_CONFIG_DIR"] = place + "/data/config"
        variables["RABBITMQ_SCHEMA_DIR"] = place + "/data/schema"
        variables["RABBITMQ_FEATURE_FLAGS_FILE"] = place + "/data/feature_flags"
        variables["RABBITMQ_PLUGINS_EXPAND_DIR"] = place + "/data/plugins"
        // The start script then becomes the node, so that the process that was started is the node itself.
        variables["RUNNING_UNDER_SYSTEMD"] = "true"
        // A node that already has its name neither starts Erlang's name server nor asks one.
        variables["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "-sname \(nodeName) -erl_epmd_port \(ports.distribution) -kernel inet_dist_use_interface {127,0,0,1} "
            + "+S \(schedulerCount):\(schedulerCount)"
        // Several nodes that bind their schedulers to processors would all choose the same ones.
        variables["RABBITMQ_SCHEDULER_BIND_TYPE"] = "u"
        return variables
    }

    /// The variables of rabbitmqctl.
    static func forControl(in directory: NodeDirectory, ports: NodeDirectory.Ports, path: String) -> [String: String] {
        var variables = shared(in: directory, path: path)
        variables["RABBITMQ_NODENAME"] = nodeName
        variables["RABBITMQ_CTL_ERL_ARGS"] = "-erl_epmd_port \(ports.distribution) -dist_listen false"
        return variables
    }

    private static func shared(in directory: NodeDirectory, path: String) -> [String: String] {
        [
            "PATH": path,
            "LC_ALL": "C.UTF-8",
            "HOME": directory.path + "/home",
            "RABBITMQ_CONF_ENV_FILE": directory.path + "/none",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": portWithoutNameServer,
            // Also for the helpers that RabbitMQ starts now and then to revive the name server.
            "ERL_ZFLAGS": "-start_epmd false",
            "ERL_CRASH_DUMP_SECONDS": "0",
        ]
    }
}
