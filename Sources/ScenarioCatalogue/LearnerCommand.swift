package import ArgumentParser

/// A way to learn, by the name and the command of its own.
package struct LearnerCommand: Sendable {
    package let name: String
    package let command: any AsyncParsableCommand.Type

    /// Takes both.
    package init(name: String, command: any AsyncParsableCommand.Type) { (self.name, self.command) = (name, command) }
}
