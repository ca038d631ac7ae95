internal import ArgumentParser
internal import CommandBasics

/// The script by which a shell completes arguments.
enum CompletionScript {
    /// Prints it and ends the process, if that is what the arguments ask for.
    ///
    /// In bash a function that finds nothing takes the shell's own completion away, file names above all, unless told otherwise.
    /// Every value whose nature the parser does not know, such as that of `--config`, may be a file.
    static func printIfWanted(_ arguments: [String]) throws {
        guard
            ["--generate-completion-script=bash", "--generate-completion-script bash"].contains(
                arguments.joined(separator: " ")
            )
        else { return }
        let script = ShardQ.completionScript(for: .bash)
        let known = "complete -o filenames -F"
        guard script.contains(known) else {
            throw CommandFailure(.internalError, "the argument parser's script for bash does not have '\(known)'")
        }
        try Console.result(script.replacing(known, with: "complete -o filenames -o default -F"))
        throw ExitCode.success
    }
}
