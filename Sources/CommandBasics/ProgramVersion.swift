/// Which program this is.
package enum ProgramVersion {
    /// As `--version` prints it and every result has it.
    package static let current = "0.1.0"
}
